package dev.groundbuild.agent.store;

import com.google.cloudbuild.v1.Build;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The filter of a list of builds, as Cloud Build's API has it: {@code status="WORKING" OR
 * trigger_id="x" AND create_time>"2026-01-01T00:00:00Z"}. AND binds before OR; {@code NOT} and
 * parentheses are understood.
 */
public final class BuildFilter {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:(?<paren>[()])|(?<op><=|>=|!=|=|<|>|:)|\"(?<quoted>(?:[^\"\\\\]|\\\\.)*)\""
              + "|(?<word>[^\\s()\"<>=!:]+))");
  private static final Map<String, String> COLUMNS =
      Map.of(
          "status", "status",
          "build_id", "id",
          "id", "id",
          "trigger_id", "trigger_id",
          "build_trigger_id", "trigger_id",
          "create_time", "create_time");

  private final String sql;
  private final Map<String, Object> values;

  private BuildFilter(String sql, Map<String, Object> values) {
    this.sql = sql;
    this.values = values;
  }

  /** A filter that can't be understood; the message is for the caller of the API. */
  public static final class BadFilterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadFilterException(String message) {
      super(message);
    }
  }

  /** Reads a filter; an empty one lets every build pass. */
  public static BuildFilter parse(String text) {
    if (text.isBlank()) {
      return new BuildFilter("true", Map.of());
    }
    Parser parser = new Parser(tokens(text));
    String sql = parser.disjunction();
    parser.end();
    return new BuildFilter("(" + sql + ")", parser.values);
  }

  String sql() {
    return sql;
  }

  Map<String, Object> values() {
    return values;
  }

  private record Token(String kind, String text) {}

  private static List<Token> tokens(String text) {
    List<Token> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(text);
    int at = 0;
    while (!text.substring(at).isBlank()) {
      if (!matcher.find(at) || matcher.start() != at) {
        throw new BadFilterException("filter: can't be read from character " + (at + 1) + " on");
      }
      for (String kind : List.of("paren", "op", "quoted", "word")) {
        String found = matcher.group(kind);
        if (found != null) {
          tokens.add(new Token(kind, found));
        }
      }
      at = matcher.end();
    }
    return tokens;
  }

  /** Recursive descent; each method writes the SQL of what it reads. */
  private static final class Parser {
    private static final int DEEPEST = 50;

    private final List<Token> tokens;
    private final Map<String, Object> values = new LinkedHashMap<>();
    private int next;
    private int depth;

    Parser(List<Token> tokens) {
      this.tokens = tokens;
    }

    String disjunction() {
      if (++depth > DEEPEST) {
        throw new BadFilterException("filter: too many parentheses");
      }
      List<String> parts = new ArrayList<>(List.of(conjunction()));
      while (isWord("OR")) {
        next++;
        parts.add(conjunction());
      }
      depth--;
      return String.join(" or ", parts);
    }

    private String conjunction() {
      List<String> parts = new ArrayList<>(List.of(term()));
      while (isWord("AND") || startsTerm()) {
        if (isWord("AND")) {
          next++;
        }
        parts.add(term());
      }
      return String.join(" and ", parts);
    }

    private boolean startsTerm() {
      return next < tokens.size()
          && !isWord("OR")
          && !tokens.get(next).equals(new Token("paren", ")"));
    }

    private String term() {
      if (isWord("NOT")) {
        next++;
        return "not " + term();
      }
      Token first = take("a field, such as status");
      if (first.equals(new Token("paren", "("))) {
        String inner = disjunction();
        if (!take("\")\"").equals(new Token("paren", ")"))) {
          throw new BadFilterException("filter: a \")\" is missing");
        }
        return "(" + inner + ")";
      }
      return comparison(first);
    }

    private String comparison(Token field) {
      String column = COLUMNS.get(field.text().toLowerCase(Locale.ROOT));
      if (!field.kind().equals("word") || column == null) {
        throw new BadFilterException(
            "filter: builds can't be chosen by \""
                + field.text()
                + "\" here; known are "
                + String.join(", ", COLUMNS.keySet().stream().sorted().toList()));
      }
      Token operator = take("an operator after " + field.text());
      if (!operator.kind().equals("op")) {
        throw new BadFilterException("filter: no operator after " + field.text());
      }
      String name = "f" + values.size();
      values.put(name, value(column, take("a value after " + field.text()).text()));
      String sql = operator.text().equals(":") ? "=" : operator.text().replace("!=", "<>");
      return column + " " + sql + " :" + name;
    }

    private static Object value(String column, String text) {
      if (column.equals("create_time")) {
        try {
          return Instant.parse(text).atOffset(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
          throw new BadFilterException(
              "filter: \"" + text + "\" is no time such as 2026-01-31T12:00:00Z");
        }
      }
      if (column.equals("status")) {
        try {
          return Build.Status.valueOf(text).name();
        } catch (IllegalArgumentException e) {
          throw new BadFilterException("filter: \"" + text + "\" is no status of a build");
        }
      }
      return text;
    }

    private boolean isWord(String word) {
      return next < tokens.size() && tokens.get(next).equals(new Token("word", word));
    }

    private Token take(String wanted) {
      if (next == tokens.size()) {
        throw new BadFilterException("filter: ends where " + wanted + " is expected");
      }
      return tokens.get(next++);
    }

    void end() {
      if (next < tokens.size()) {
        throw new BadFilterException("filter: \"" + tokens.get(next).text() + "\" is not expected");
      }
    }
  }
}
