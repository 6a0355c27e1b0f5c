package dev.groundbuild.runner.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jline.utils.WCWidth;

/**
 * Makes what steps print safe to show beside a live view: colours stay, everything else that moves
 * the cursor, writes titles or asks the terminal something goes.
 */
final class TerminalText {
  private static final int TAB = 8;
  private static final char ESC = '\033';
  private static final char BEL = '\007';

  private static final char DCS = '\u0090';
  private static final char SOS = '\u0098';
  private static final char CSI = '\u009b';
  private static final char ST = '\u009c';
  private static final char OSC = '\u009d';
  private static final char PM = '\u009e';
  private static final char APC = '\u009f';
  private static final String RESET = "\033[0m";

  private TerminalText() {}

  /**
   * A line as a terminal would show it at its end: of a line with carriage returns, the last part
   * that is not empty.
   *
   * @param line any bytes; what is not UTF-8 becomes U+FFFD
   * @param limit at most this many bytes are looked at
   */
  static String safe(byte[] line, int limit, Palette palette) {
    int end = line.length;
    while (end > 0 && line[end - 1] == '\r') {
      end--;
    }
    int start = end;
    while (start > 0 && line[start - 1] != '\r') {
      start--;
    }
    int shown = Math.min(end - start, limit);
    String text = safe(new String(line, start, shown, UTF_8), palette);
    return shown == end - start
        ? text
        : text + " ... (" + (end - start) + " bytes, whole in the kept log)";
  }

  /** The same for text of our own or of the engine's. */
  static String safe(String text, Palette palette) {
    StringBuilder out = new StringBuilder(text.length());
    boolean coloured = false;
    for (int at = 0; at < text.length(); ) {
      char c = text.charAt(at);
      int end = c == ESC || isC1(c) ? sequenceEnd(text, at) : at + 1;
      if (isColour(text, at, end)) {
        if (palette == Palette.COLOURED) {
          out.append(text, at, end);
          coloured = true;
        }
      } else if (c == '\t') {
        out.repeat(' ', TAB - width(out) % TAB);
      } else if (end == at + 1 && c >= ' ' && c != '\177' && !isC1(c)) {
        out.append(c);
      }
      at = end;
    }
    return coloured ? out + RESET : out.toString();
  }

  private static boolean isC1(char c) {
    return c >= '\u0080' && c <= '\u009f';
  }

  private static boolean isColour(String text, int start, int end) {
    if (end - start < 3 || !text.startsWith("\033[", start) || text.charAt(end - 1) != 'm') {
      return false;
    }
    return text.substring(start + 2, end - 1).chars().allMatch(c -> c >= '0' && c <= ';');
  }

  /** Where the control sequence that starts here ends; an unfinished one takes the whole rest. */
  private static int sequenceEnd(String text, int start) {
    int at = start + 1;
    char c = text.charAt(start);
    if (c == ESC && at < text.length()) {
      c = text.charAt(at++);
    }
    return switch (c) {
      case '[', CSI -> afterFinal(text, at, '@');
      case 'P', 'X', ']', '^', '_' -> afterString(text, at);
      case DCS, SOS, OSC, PM, APC -> afterString(text, at);
      default -> {
        boolean intermediate = c >= ' ' && c < '0'; // as in ESC ( 0, a choice of character set
        yield intermediate ? afterFinal(text, at, '0') : c == ESC || c > '~' ? start + 1 : at;
      }
    };
  }

  private static int afterFinal(String text, int from, char lowest) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= ' ' && text.charAt(at) < lowest) {
      at++;
    }
    boolean ended = at < text.length() && text.charAt(at) >= lowest && text.charAt(at) <= '~';
    return ended ? at + 1 : at;
  }

  private static int afterString(String text, int from) {
    for (int at = from; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == BEL || c == ST) {
        return at + 1;
      }
      if (c == ESC && at + 1 < text.length() && text.charAt(at + 1) == '\\') {
        return at + 2;
      }
    }
    return text.length();
  }

  /** The columns that a text without tabs takes; its colours take none. */
  static int width(CharSequence text) {
    return fitting(text, Integer.MAX_VALUE).columns();
  }

  /** Cut so that it takes no more than these columns, its end replaced by dots if need be. */
  static String shorten(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    String dots = columns >= 4 ? "..." : "";
    Fit fit = fitting(text, Math.max(0, columns - dots.length()));
    String cut = text.substring(0, fit.end()) + dots;
    return cut.indexOf(ESC) >= 0 ? cut + RESET : cut;
  }

  private record Fit(int end, int columns) {}

  private static Fit fitting(CharSequence text, int columns) {
    int used = 0;
    int at = 0;
    while (at < text.length()) {
      if (text.charAt(at) == ESC) {
        at = sequenceEnd(text.toString(), at);
        continue;
      }
      int codePoint = Character.codePointAt(text, at);
      int own = Math.max(0, WCWidth.wcwidth(codePoint));
      if (used + own > columns) {
        break;
      }
      used += own;
      at += Character.charCount(codePoint);
    }
    return new Fit(at, used);
  }
}
