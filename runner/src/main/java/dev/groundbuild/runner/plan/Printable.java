package dev.groundbuild.runner.plan;

/**
 * Text from a config, made fit to be shown: it stays on its line and does nothing to a terminal.
 */
final class Printable {
  private static final int REPLACEMENT = 0xFFFD;

  private Printable() {}

  /** The text with every character that is not to be seen replaced by U+FFFD. */
  static String line(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints().map(c -> isHidden(c) ? REPLACEMENT : c).forEach(out::appendCodePoint);
    return out.toString();
  }

  /**
   * How many columns a line takes in a fixed-width font, roughly: most of what comes from U+1100 on
   * is drawn twice as wide.
   */
  static int columns(String line) {
    return line.codePoints().map(c -> c >= 0x1100 && c != REPLACEMENT && c != '…' ? 2 : 1).sum();
  }

  private static boolean isHidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }
}
