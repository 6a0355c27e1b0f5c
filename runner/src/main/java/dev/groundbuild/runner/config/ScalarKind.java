package dev.groundbuild.runner.config;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** What a single YAML 1.1 value is, by its tag. */
enum ScalarKind {
  TEXT("text", "str", "string"),
  INTEGER("a number", "int", "number"),
  DECIMAL("a number", "float", "number"),
  TRUTH("a boolean", "bool", "bool"),
  TIME("a date", "datetime", "string"),
  NOTHING("null", "NoneType", "null"),
  UNKNOWN("a value of an unknown type", "object", "object");

  private static final Set<String> TRUE = Set.of("true", "yes", "on");
  private static final int SEXAGESIMAL = 60;
  private static final int LONGEST_NUMBER = 100;

  private final String words;
  private final String pythonType;
  private final String go;

  ScalarKind(String words, String pythonType, String go) {
    this.words = words;
    this.pythonType = pythonType;
    this.go = go;
  }

  static ScalarKind of(ScalarNode node) {
    Tag tag = node.getTag();
    if (tag.equals(Tag.NULL)) {
      return NOTHING;
    }
    if (tag.equals(Tag.INT)) {
      return INTEGER;
    }
    if (tag.equals(Tag.FLOAT)) {
      return DECIMAL;
    }
    if (tag.equals(Tag.BOOL)) {
      return TRUTH;
    }
    if (tag.equals(Tag.TIMESTAMP)) {
      return TIME;
    }
    boolean isText = tag.equals(Tag.STR) || tag.equals(Tag.MERGE) || tag.equals(Tag.BINARY);
    return isText || tag.getValue().equals(Tag.PREFIX + "value") ? TEXT : UNKNOWN;
  }

  static boolean isNothing(Node node) {
    return node instanceof ScalarNode scalar && of(scalar) == NOTHING;
  }

  /**
   * Numbers to base 60 and dates exist in YAML 1.1, but not for the reader behind a trigger, which
   * takes them as text.
   */
  static boolean isTextToGo(ScalarNode node) {
    ScalarKind kind = of(node);
    boolean isNumber = kind == INTEGER || kind == DECIMAL;
    return kind == TIME || (isNumber && node.getValue().contains(":"));
  }

  static boolean isTrue(String text) {
    return TRUE.contains(text.toLowerCase(Locale.ROOT));
  }

  static Optional<Long> decimalInteger(String text) {
    try {
      return Optional.of(Long.valueOf(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** A whole number of YAML 1.1: {@code 1_000}, {@code 0x1f}, {@code 017}, {@code 1:30}. */
  static Optional<Long> yamlInteger(String text) {
    String digits = text.replace("_", "");
    if (digits.length() > LONGEST_NUMBER) {
      return Optional.empty();
    }
    boolean negative = digits.startsWith("-");
    if (negative || digits.startsWith("+")) {
      digits = digits.substring(1);
    }
    try {
      BigInteger value = unsigned(digits);
      return Optional.of((negative ? value.negate() : value).longValueExact());
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }

  private static BigInteger unsigned(String digits) {
    try {
      if (digits.startsWith("0b")) {
        return new BigInteger(digits.substring(2), 2);
      }
      if (digits.startsWith("0x")) {
        return new BigInteger(digits.substring(2), 16);
      }
      if (digits.startsWith("0") && digits.length() > 1) {
        return new BigInteger(digits, 8);
      }
      BigInteger value = BigInteger.ZERO;
      for (String part : digits.split(":", -1)) {
        value = value.multiply(BigInteger.valueOf(SEXAGESIMAL)).add(new BigInteger(part));
      }
      return value;
    } catch (NumberFormatException e) {
      throw (ArithmeticException) new ArithmeticException(digits).initCause(e);
    }
  }

  String inWords() {
    return words;
  }

  String pythonType() {
    return pythonType;
  }

  /** The value as Python shows it. */
  String python(String text) {
    return switch (this) {
      case TRUTH -> isTrue(text) ? "True" : "False";
      case INTEGER -> yamlInteger(text).map(String::valueOf).orElse(text);
      case NOTHING -> "None";
      case TEXT, DECIMAL, TIME, UNKNOWN -> text;
    };
  }

  /** The value's type as the service's reader, which is written in Go, calls it. */
  String go() {
    return go;
  }
}
