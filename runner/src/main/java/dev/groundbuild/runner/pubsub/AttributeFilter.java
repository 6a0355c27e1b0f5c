package dev.groundbuild.runner.pubsub;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A subscription's filter: {@code attributes.status = "SUCCESS" AND NOT attributes:skip}. As with
 * Google, AND and OR are not mixed without parentheses.
 */
final class AttributeFilter {
  private static final int LONGEST = 256;

  private final Predicate<Map<String, String>> test;

  private AttributeFilter(Predicate<Map<String, String>> test) {
    this.test = test;
  }

  boolean matches(Map<String, String> attributes) {
    return test.test(attributes);
  }

  /** An empty filter lets everything through. */
  static AttributeFilter parse(String text) {
    if (text.isEmpty()) {
      return new AttributeFilter(_ -> true);
    }
    if (text.length() > LONGEST) {
      throw Refused.invalid("The filter is longer than " + LONGEST + " characters.");
    }
    return new AttributeFilter(new Parser(text).whole());
  }

  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    Predicate<Map<String, String>> whole() {
      Predicate<Map<String, String>> all = expression();
      if (at < text.length()) {
        throw wrong("an operator");
      }
      return all;
    }

    private Predicate<Map<String, String>> expression() {
      List<Predicate<Map<String, String>>> terms = new ArrayList<>(List.of(term()));
      String joined = "";
      for (String word = joint(); !word.isEmpty(); word = joint()) {
        if (!joined.isEmpty() && !joined.equals(word)) {
          throw wrong("parentheses where AND and OR are mixed");
        }
        joined = word;
        terms.add(term());
      }
      return joined.equals("OR")
          ? m -> terms.stream().anyMatch(t -> t.test(m))
          : m -> terms.stream().allMatch(t -> t.test(m));
    }

    private String joint() {
      return word("AND") ? "AND" : word("OR") ? "OR" : "";
    }

    private Predicate<Map<String, String>> term() {
      if (word("NOT") || sign("-")) {
        return term().negate();
      }
      if (sign("(")) {
        Predicate<Map<String, String>> inner = expression();
        expect(")");
        return inner;
      }
      if (word("hasPrefix")) {
        expect("(");
        expect("attributes");
        expect(".");
        String key = key();
        expect(",");
        String prefix = quoted();
        expect(")");
        return m -> m.containsKey(key) && m.getOrDefault(key, "").startsWith(prefix);
      }
      expect("attributes");
      if (sign(":")) {
        String key = key();
        return m -> m.containsKey(key);
      }
      expect(".");
      String key = key();
      if (sign("!=")) {
        String value = quoted();
        return m -> !value.equals(m.get(key));
      }
      expect("=");
      String value = quoted();
      return m -> value.equals(m.get(key));
    }

    private String key() {
      blanks();
      if (at < text.length() && text.charAt(at) == '"') {
        return quoted();
      }
      int from = at;
      while (at < text.length()
          && (Character.isLetterOrDigit(text.charAt(at)) || "_-".indexOf(text.charAt(at)) >= 0)) {
        at++;
      }
      if (at == from) {
        throw wrong("the name of an attribute");
      }
      return text.substring(from, at);
    }

    private String quoted() {
      expect("\"");
      StringBuilder value = new StringBuilder();
      while (at < text.length() && text.charAt(at) != '"') {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
          at++;
        }
        value.append(text.charAt(at++));
      }
      if (at == text.length()) {
        throw wrong("a closing quotation mark");
      }
      at++;
      return value.toString();
    }

    private void blanks() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }

    private boolean word(String word) {
      blanks();
      int end = at + word.length();
      if (!text.startsWith(word, at)
          || (end < text.length() && Character.isLetterOrDigit(text.charAt(end)))) {
        return false;
      }
      at = end;
      blanks();
      return true;
    }

    private boolean sign(String sign) {
      blanks();
      if (!text.startsWith(sign, at)) {
        return false;
      }
      at += sign.length();
      blanks();
      return true;
    }

    private void expect(String sign) {
      // Blanks within quotation marks belong to the value.
      blanks();
      if (!text.startsWith(sign, at)) {
        throw wrong(sign);
      }
      at += sign.length();
      if (!sign.equals("\"")) {
        blanks();
      }
    }

    private RuntimeException wrong(String expected) {
      return Refused.invalid(
          "The filter is not understood at character %d: %s is expected there.\n  %s\n  %s^"
              .formatted(at + 1, expected, text, " ".repeat(at)));
    }
  }
}
