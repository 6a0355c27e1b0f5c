package dev.groundbuild.runner.config;

import java.util.Map;
import java.util.function.IntPredicate;

/** {@code [abc]} of a pattern. */
final class BracketExpression {
  private static final Map<String, IntPredicate> CLASSES =
      Map.ofEntries(
          Map.entry("alpha", Character::isLetter),
          Map.entry("digit", c -> c >= '0' && c <= '9'),
          Map.entry("alnum", Character::isLetterOrDigit),
          Map.entry("upper", Character::isUpperCase),
          Map.entry("lower", Character::isLowerCase),
          Map.entry("space", c -> c == ' ' || (c >= '\t' && c <= '\r')),
          Map.entry("blank", c -> c == ' ' || c == '\t'),
          Map.entry("punct", c -> c > ' ' && c < 127 && !Character.isLetterOrDigit(c)),
          Map.entry("cntrl", c -> c < ' ' || c == 127),
          Map.entry("print", c -> c >= ' ' && c != 127),
          Map.entry("graph", c -> c > ' ' && c != 127),
          Map.entry("word", c -> c == '_' || Character.isLetterOrDigit(c)),
          Map.entry("xdigit", c -> Character.digit(c, 16) >= 0 && c < 128));

  private final int[] pattern;
  private final int end;
  private int at;

  private BracketExpression(int[] pattern, int start, int end) {
    this.pattern = pattern;
    this.at = start;
    this.end = end;
  }

  /** Where the bracket that opens here is closed, or -1 when it is not: then it is a character. */
  static int end(int[] pattern, int open) {
    int i = open + 1;
    if (i < pattern.length && isNegation(pattern[i])) {
      i++;
    }
    int first = i;
    while (i < pattern.length) {
      int named = classEnd(pattern, i);
      if (pattern[i] == ']' && i > first) {
        return i;
      } else if (named > 0) {
        i = named;
      } else {
        i += pattern[i] == '\\' ? 2 : 1;
      }
    }
    return -1;
  }

  static IntPredicate parse(int[] pattern, int open, int close) {
    boolean negated = isNegation(pattern[open + 1]);
    BracketExpression bracket = new BracketExpression(pattern, open + (negated ? 2 : 1), close);
    IntPredicate any = c -> false;
    while (bracket.at < bracket.end) {
      any = any.or(bracket.member());
    }
    return negated ? any.negate() : any;
  }

  private IntPredicate member() {
    int named = classEnd(pattern, at);
    if (named > 0) {
      String name = new String(pattern, at + 2, named - at - 4);
      at = named;
      IntPredicate members = CLASSES.get(name);
      return members == null ? c -> false : members;
    }
    int low = character();
    if (at + 1 < end && pattern[at] == '-') {
      at++;
      int high = character();
      return c -> c >= low && c <= high;
    }
    return c -> c == low;
  }

  private int character() {
    if (pattern[at] == '\\' && at + 1 < end) {
      at++;
    }
    return pattern[at++];
  }

  private static boolean isNegation(int c) {
    return c == '!' || c == '^';
  }

  /** Behind the {@code :]} of the class that begins here, or -1. */
  private static int classEnd(int[] pattern, int open) {
    if (pattern[open] != '[' || open + 1 >= pattern.length || pattern[open + 1] != ':') {
      return -1;
    }
    for (int i = open + 2; i + 1 < pattern.length; i++) {
      if (pattern[i] == ':' && pattern[i + 1] == ']') {
        return i + 2;
      } else if (pattern[i] < 'a' || pattern[i] > 'z') {
        return -1;
      }
    }
    return -1;
  }
}
