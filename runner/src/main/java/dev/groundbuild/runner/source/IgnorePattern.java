package dev.groundbuild.runner.source;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * One line of an ignore file, with the rules of .gitignore.
 *
 * @param regex matches a name, or a whole path when anchored
 * @param anchored whether a slash ties the pattern to the top folder
 */
record IgnorePattern(Pattern regex, boolean anchored, boolean negated, boolean directoryOnly) {

  /** The pattern of a line, or empty for one that can match nothing. */
  static Optional<IgnorePattern> parse(String line) {
    String text = withoutTrailingSpaces(line);
    boolean negated = text.startsWith("!");
    if (negated) {
      text = text.substring(1);
    }
    boolean directoryOnly = text.endsWith("/");
    if (directoryOnly) {
      text = text.substring(0, text.length() - 1);
    }
    boolean anchored = text.indexOf('/') >= 0;
    if (text.startsWith("/")) {
      text = text.substring(1);
    }
    boolean direct = anchored;
    boolean dirs = directoryOnly;
    boolean not = negated;
    return text.isEmpty()
        ? Optional.empty()
        : new GlobText(text).regex().map(r -> new IgnorePattern(r, direct, not, dirs));
  }

  /**
   * @param path relative, with slashes
   */
  boolean matches(String path, boolean directory) {
    if (directoryOnly && !directory) {
      return false;
    }
    String subject = anchored ? path : path.substring(path.lastIndexOf('/') + 1);
    return regex.matcher(subject).matches();
  }

  private static String withoutTrailingSpaces(String line) {
    int end = line.length();
    while (end > 0 && line.charAt(end - 1) == ' ' && !isEscaped(line, end - 1)) {
      end--;
    }
    return line.substring(0, end);
  }

  private static boolean isEscaped(String line, int at) {
    int backslashes = 0;
    while (at - 1 - backslashes >= 0 && line.charAt(at - 1 - backslashes) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }

  /** Turns a glob into a regular expression. Used once. */
  private static final class GlobText {
    private final String glob;
    private final StringBuilder regex = new StringBuilder();
    private int at;

    GlobText(String glob) {
      this.glob = glob;
    }

    Optional<Pattern> regex() {
      while (at < glob.length()) {
        if (!next()) {
          return Optional.empty();
        }
      }
      try {
        return Optional.of(Pattern.compile(regex.toString(), Pattern.DOTALL));
      } catch (PatternSyntaxException e) {
        return Optional.empty(); // such as the range [z-a], which matches nothing in git either
      }
    }

    private boolean next() {
      char c = glob.charAt(at);
      switch (c) {
        case '*' -> stars();
        case '?' -> {
          regex.append("[^/]");
          at++;
        }
        case '[' -> {
          return bracket();
        }
        case '\\' -> {
          if (at + 1 == glob.length()) {
            return false;
          }
          literal(glob.charAt(at + 1));
          at += 2;
        }
        default -> {
          literal(c);
          at++;
        }
      }
      return true;
    }

    private void literal(char c) {
      if ("\\^$.|?*+()[]{}".indexOf(c) >= 0) {
        regex.append('\\');
      }
      regex.append(c);
    }

    /** Two stars mean any number of folders only when they stand alone between slashes. */
    private void stars() {
      int start = at;
      while (at < glob.length() && glob.charAt(at) == '*') {
        at++;
      }
      boolean alone =
          at - start >= 2
              && (start == 0 || glob.charAt(start - 1) == '/')
              && (at == glob.length() || glob.charAt(at) == '/');
      if (!alone) {
        regex.append("[^/]*");
      } else if (at == glob.length()) {
        regex.append(".*");
      } else {
        regex.append("(?:.*/)?");
        at++;
      }
    }

    /** A set such as {@code [!a-z[:digit:]]}; false when it never ends. */
    private boolean bracket() {
      StringBuilder set = new StringBuilder();
      int i = at + 1;
      boolean not = i < glob.length() && (glob.charAt(i) == '!' || glob.charAt(i) == '^');
      if (not) {
        i++;
      }
      boolean first = true;
      while (i < glob.length() && (first || glob.charAt(i) != ']')) {
        first = false;
        if (glob.startsWith("[:", i)) {
          int end = glob.indexOf(":]", i + 2);
          String name = end < 0 ? "" : posix(glob.substring(i + 2, end));
          if (name.isEmpty()) {
            return false;
          }
          set.append(name);
          i = end + 2;
        } else {
          i = member(set, i);
        }
      }
      if (i >= glob.length()) {
        return false;
      }
      // Never a slash, whatever the set says.
      regex.append("(?!/)[").append(not ? "^" : "").append(set).append(']');
      at = i + 1;
      return true;
    }

    /** Appends one character, or the dash of a range; returns the index after it. */
    private int member(StringBuilder set, int index) {
      char c = glob.charAt(index);
      boolean range =
          c == '-' && !set.isEmpty() && index + 1 < glob.length() && glob.charAt(index + 1) != ']';
      if (range) {
        set.append('-');
        return index + 1;
      }
      int i = index;
      if (c == '\\' && i + 1 < glob.length()) {
        i++;
        c = glob.charAt(i);
      }
      if ("\\^[]&-".indexOf(c) >= 0) {
        set.append('\\');
      }
      set.append(c);
      return i + 1;
    }

    private static String posix(String name) {
      return switch (name) {
        case "alnum" -> "\\p{Alnum}";
        case "alpha" -> "\\p{Alpha}";
        case "blank" -> "\\p{Blank}";
        case "cntrl" -> "\\p{Cntrl}";
        case "digit" -> "\\p{Digit}";
        case "graph" -> "\\p{Graph}";
        case "lower" -> "\\p{Lower}";
        case "print" -> "\\p{Print}";
        case "punct" -> "\\p{Punct}";
        case "space" -> "\\p{Space}";
        case "upper" -> "\\p{Upper}";
        case "xdigit" -> "\\p{XDigit}";
        default -> "";
      };
    }
  }
}
