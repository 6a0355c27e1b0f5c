package dev.groundbuild.runner.config;

import dev.groundbuild.runner.config.Part.Expansion;
import dev.groundbuild.runner.config.Part.Operator;
import dev.groundbuild.runner.config.Part.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a text with substitutions apart.
 *
 * <p>Cloud Build: {@code $KEY} and <code>${KEY}</code> with KEY = {@code [A-Z_][A-Z0-9_]*}, longest
 * match; {@code $$} is one {@code $}, pairwise from the left; any other {@code $} stands for
 * itself. With {@code dynamicSubstitutions} also bash's parameter expansions, which are read here
 * as bash reads them between double quotes.
 */
final class TemplateParser {
  private static final int DEEPEST = 100;
  private static final char END = '\0';

  private final String text;
  private final boolean dynamic;
  private int at;
  private int depth;

  private TemplateParser(String text, boolean dynamic) {
    this.text = text;
    this.dynamic = dynamic;
  }

  /**
   * @param dynamic whether parameter expansions are recognised
   * @throws BadTemplateException when one of them is malformed, or of a kind that is not supported
   */
  static List<Part> parse(String text, boolean dynamic) {
    TemplateParser parser = new TemplateParser(text, dynamic);
    PartList parts = new PartList();
    while (parser.at < text.length()) {
      if (parser.charAt(parser.at) == '$') {
        parser.dollar(parts, false);
      } else {
        parser.take(parts, false);
      }
    }
    return parts.all();
  }

  /** Reads what begins with the {@code $} here, or takes that {@code $} as text. */
  private void dollar(PartList parts, boolean quoted) {
    boolean braced = charAt(at + 1) == '{';
    int start = braced ? at + 2 : at + 1;
    int end = keyEnd(start);
    if (charAt(at + 1) == '$') {
      parts.text('$', true);
      at += 2;
    } else if (end > start && (!braced || charAt(end) == '}')) {
      parts.add(new Part.Key(text.substring(start, end), quoted));
      at = braced ? end + 1 : end;
    } else if (!braced || !dynamic || !expansion(parts, quoted)) {
      take(parts, quoted);
    }
  }

  /** Reads the expansion here, if it is one of a key. */
  private boolean expansion(PartList parts, boolean quoted) {
    int start = at;
    char first = charAt(at + 2);
    boolean prefixed = first == '#' || first == '!';
    int keyStart = prefixed ? at + 3 : at + 2;
    int keyEnd = keyEnd(keyStart);
    if (keyEnd == keyStart || "}:-=+?#%/^,[@*".indexOf(charAt(keyEnd)) < 0) {
      return false;
    }
    // real configs that triggers run expand a shell's own variables in their args
    if (!isSubstitution(text.substring(keyStart, keyEnd))) {
      return false;
    }
    if (first == '!') {
      throw bad(start, "indirect expansion is not supported; name the variable itself");
    }
    String key = text.substring(keyStart, keyEnd);
    at = keyEnd;
    Operator operator = first == '#' ? length(start) : operator(start);
    deeper(start);
    List<List<Part>> words = words(operator, start);
    depth--;
    parts.add(new Expansion(key, operator, words, quoted, text.substring(start, at)));
    return true;
  }

  private static boolean isSubstitution(String key) {
    return SubstitutionKeys.isUserKey(key) || SubstitutionKeys.isBuiltIn(key);
  }

  private void deeper(int start) {
    depth++;
    if (depth > DEEPEST) {
      throw bad(start, "expansions are nested more than " + DEEPEST + " deep");
    }
  }

  private Operator length(int start) {
    if (charAt(at) != '}') {
      throw bad(start, "the length of a value is written ${#KEY}, with nothing after the key");
    }
    return Operator.LENGTH;
  }

  private Operator operator(int start) {
    char symbol = charAt(at++);
    return switch (symbol) {
      case ':' -> conditionalOrSubstring(start);
      case '-', '=' -> Operator.DEFAULT_IF_UNSET;
      case '+' -> Operator.ALTERNATIVE_IF_SET;
      case '?' -> Operator.REQUIRED_SET;
      case '#' -> skip('#') ? Operator.LONGEST_PREFIX : Operator.SHORTEST_PREFIX;
      case '%' -> skip('%') ? Operator.LONGEST_SUFFIX : Operator.SHORTEST_SUFFIX;
      case '^' -> skip('^') ? Operator.UPPER_ALL : Operator.UPPER_FIRST;
      case ',' -> skip(',') ? Operator.LOWER_ALL : Operator.LOWER_FIRST;
      case '/' -> replacement();
      case '[' -> throw bad(start, "arrays are not supported; write $$ to leave it to a shell");
      default ->
          throw bad(
              start, "operator " + symbol + " is not supported; write $$ to leave it to a shell");
    };
  }

  private Operator conditionalOrSubstring(int start) {
    if (skip('-') || skip('=')) {
      return Operator.DEFAULT;
    } else if (skip('+')) {
      return Operator.ALTERNATIVE;
    } else if (skip('?')) {
      return Operator.REQUIRED;
    } else if (charAt(at) == '}') {
      throw bad(start, "an offset is missing after \":\"");
    }
    return Operator.SUBSTRING;
  }

  private Operator replacement() {
    if (skip('/')) {
      return Operator.REPLACE_ALL;
    } else if (skip('#')) {
      return Operator.REPLACE_PREFIX;
    }
    return skip('%') ? Operator.REPLACE_SUFFIX : Operator.REPLACE_FIRST;
  }

  /** Reads everything up to the closing brace, and that. */
  private List<List<Part>> words(Operator operator, int start) {
    List<List<Part>> words = new ArrayList<>();
    switch (operator) {
      case LENGTH -> {}
      case DEFAULT, ALTERNATIVE, REQUIRED, DEFAULT_IF_UNSET, ALTERNATIVE_IF_SET, REQUIRED_SET ->
          words.add(word(start, END, false));
      case SHORTEST_PREFIX,
          LONGEST_PREFIX,
          SHORTEST_SUFFIX,
          LONGEST_SUFFIX,
          UPPER_FIRST,
          UPPER_ALL,
          LOWER_FIRST,
          LOWER_ALL ->
          words.add(word(start, END, true));
      case REPLACE_FIRST, REPLACE_ALL, REPLACE_PREFIX, REPLACE_SUFFIX -> {
        PartList pattern = new PartList();
        if (operator == Operator.REPLACE_ALL && charAt(at) == '/') {
          take(pattern, true); // bash: a third slash belongs to the pattern
        }
        words.add(word(pattern, start, '/', true));
        if (skip('/')) {
          words.add(word(start, END, true));
        }
      }
      case SUBSTRING -> {
        words.add(word(start, ':', false));
        if (skip(':')) {
          words.add(word(start, END, false));
        }
      }
    }
    at++;
    return words;
  }

  /**
   * Reads up to the brace that closes the expansion, or up to the delimiter.
   *
   * @param pattern whether single quotes and any backslash quote, as they do in patterns
   */
  private List<Part> word(int start, char delimiter, boolean pattern) {
    return word(new PartList(), start, delimiter, pattern);
  }

  private List<Part> word(PartList parts, int start, char delimiter, boolean pattern) {
    int braces = 0;
    int parentheses = 0;
    boolean quoted = false;
    while (true) {
      char c = charAt(at);
      boolean plain = !quoted && braces == 0 && parentheses == 0;
      if (at >= text.length()) {
        throw bad(start, "the closing brace is missing; write $$ to leave it to a shell");
      } else if (plain && (c == '}' || (c == delimiter && delimiter != END))) {
        return parts.all();
      } else if (c == '"') {
        quoted = !quoted;
        at++;
      } else if (c == '\'' && pattern && !quoted) {
        singleQuoted(parts, start);
      } else if (c == '\\' && isEscape(charAt(at + 1), pattern && !quoted)) {
        at++;
        take(parts, true);
      } else if (c == '$') {
        int before = at;
        dollar(parts, quoted);
        // a $ that stood for itself: what a shell reads as one thing is kept together
        boolean alone = at == before + 1;
        braces += alone && charAt(at) == '{' ? 1 : 0;
        parentheses += alone && charAt(at) == '(' && parentheses == 0 ? 1 : 0;
        if (alone && (charAt(at) == '{' || charAt(at) == '(')) {
          take(parts, quoted);
        }
      } else {
        braces -= c == '}' && braces > 0 ? 1 : 0;
        parentheses += parentheses > 0 && c == '(' ? 1 : 0;
        parentheses -= parentheses > 0 && c == ')' ? 1 : 0;
        take(parts, quoted);
      }
    }
  }

  private static boolean isEscape(char next, boolean any) {
    return next != END && (any || "$`\"\\}".indexOf(next) >= 0);
  }

  private void singleQuoted(PartList parts, int start) {
    int end = text.indexOf('\'', at + 1);
    if (end < 0) {
      throw bad(start, "a single quote is not closed");
    }
    parts.text(text.substring(at + 1, end), true);
    at = end + 1;
  }

  private void take(PartList parts, boolean quoted) {
    parts.text(text.charAt(at++), quoted);
  }

  private boolean skip(char c) {
    if (charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private int keyEnd(int start) {
    int end = start;
    while (isKey(charAt(end), end > start)) {
      end++;
    }
    return end;
  }

  private static boolean isKey(char c, boolean digits) {
    return c == '_' || (c >= 'A' && c <= 'Z') || (digits && c >= '0' && c <= '9');
  }

  private char charAt(int index) {
    return index < text.length() ? text.charAt(index) : END;
  }

  private BadTemplateException bad(int start, String why) {
    int end = Math.min(text.length(), start + 40);
    String from = text.substring(start, end) + (end < text.length() ? "..." : "");
    return new BadTemplateException("bad substitution " + Wording.quote(from) + ": " + why);
  }

  /** Joins neighbouring characters. */
  private static final class PartList {
    private final List<Part> parts = new ArrayList<>();
    private final StringBuilder pending = new StringBuilder();
    private boolean pendingQuoted;

    void text(char c, boolean quoted) {
      text(String.valueOf(c), quoted);
    }

    void text(String text, boolean quoted) {
      if (quoted != pendingQuoted) {
        flush();
      }
      pendingQuoted = quoted;
      pending.append(text);
    }

    void add(Part part) {
      flush();
      parts.add(part);
    }

    List<Part> all() {
      flush();
      return List.copyOf(parts);
    }

    private void flush() {
      if (!pending.isEmpty()) {
        parts.add(new Text(pending.toString(), pendingQuoted));
        pending.setLength(0);
      }
    }
  }
}
