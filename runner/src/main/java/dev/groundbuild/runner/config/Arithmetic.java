package dev.groundbuild.runner.config;

import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The whole numbers of bash that offsets and lengths are written with: {@code + - * / %},
 * parentheses, octal and hexadecimal numbers, and names of substitutions.
 */
final class Arithmetic {
  /** Says what is wrong, in words for the user. */
  static final class NoNumberException extends Exception {
    private static final long serialVersionUID = 1L;

    NoNumberException(String message) {
      super(message);
    }
  }

  private static final int DEEPEST = 60;
  private static final Pattern TOKEN =
      Pattern.compile("\\s*(?:(\\d[\\da-zA-Z]*)|([A-Z_][A-Z0-9_]*)|([-+*/%()]))\\s*");

  private final String text;
  private final Function<String, String> values;
  private int at = 0;
  private int depth = 0;

  private Arithmetic(String text, Function<String, String> values) {
    this.text = text;
    this.values = values;
  }

  /**
   * @param text empty is 0
   * @param values the text of a name, empty if it has none
   */
  static long evaluate(String text, Function<String, String> values) throws NoNumberException {
    if (text.isBlank()) {
      return 0;
    }
    Arithmetic reading = new Arithmetic(text, values);
    try {
      long result = reading.sum();
      if (reading.at < text.length()) {
        throw reading.wrong();
      }
      return result;
    } catch (ArithmeticException e) {
      throw new NoNumberException("\"" + text + "\" can't be calculated: " + e.getMessage());
    }
  }

  private long sum() throws NoNumberException {
    long result = product();
    while (true) {
      if (accept("+")) {
        result = Math.addExact(result, product());
      } else if (accept("-")) {
        result = Math.subtractExact(result, product());
      } else {
        return result;
      }
    }
  }

  private long product() throws NoNumberException {
    long result = operand();
    while (true) {
      if (accept("*")) {
        result = Math.multiplyExact(result, operand());
      } else if (accept("/")) {
        result = Math.divideExact(result, operand());
      } else if (accept("%")) {
        result = result % operand();
      } else {
        return result;
      }
    }
  }

  private long operand() throws NoNumberException {
    if (++depth > DEEPEST) {
      throw wrong();
    }
    try {
      if (accept("-")) {
        return Math.negateExact(operand());
      }
      if (accept("+")) {
        return operand();
      }
      if (accept("(")) {
        long inside = sum();
        if (!accept(")")) {
          throw wrong();
        }
        return inside;
      }
      return number();
    } finally {
      depth--;
    }
  }

  private long number() throws NoNumberException {
    Matcher token = token();
    if (token == null || token.group(3) != null) {
      throw wrong();
    }
    at = token.end();
    String name = token.group(2);
    String digits = name == null ? token.group(1) : values.apply(name).strip();
    try {
      return digits.isEmpty() ? 0 : Long.decode(digits);
    } catch (NumberFormatException e) {
      throw new NoNumberException("\"" + digits + "\" is not a number");
    }
  }

  private boolean accept(String sign) {
    Matcher token = token();
    if (token == null || !sign.equals(token.group(3))) {
      return false;
    }
    at = token.end();
    return true;
  }

  private @Nullable Matcher token() {
    Matcher token = TOKEN.matcher(text).region(at, text.length());
    return token.lookingAt() ? token : null;
  }

  private NoNumberException wrong() {
    return new NoNumberException("\"" + text + "\" is not a number");
  }
}
