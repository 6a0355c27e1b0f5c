package dev.groundbuild.runner.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Supplier;

/**
 * Draws lines that scroll and, below them, lines that are replaced. Every drawing is a single
 * write, after which the cursor stands in the first column below everything.
 */
final class LiveScreen {
  private static final String CLEAR_BELOW = "\033[J";

  private final OutputStream out;
  private final Supplier<Size> source;
  private List<String> area = List.of();
  private Size last = new Size(0, 0);

  LiveScreen(OutputStream out, Supplier<Size> source) {
    this.out = out;
    this.source = source;
  }

  Size size() {
    return source.get();
  }

  boolean resized(Size size) {
    return !size.equals(last);
  }

  /**
   * @param scrolled whole lines, each with its line feed; they stay
   * @param lines replace those of the drawing before; each must fit into a row
   */
  void draw(String scrolled, List<String> lines, Size size) throws IOException {
    StringBuilder frame = new StringBuilder(scrolled.length() + 1024);
    int up = rowsOf(area, size);
    if (up > 0) {
      frame.append("\r\033[").append(up).append('A').append(CLEAR_BELOW);
    }
    frame.append(scrolled);
    for (String line : lines) {
      frame.append(line).append('\n');
    }
    area = lines;
    last = size;
    if (!frame.isEmpty()) {
      out.write(frame.toString().getBytes(UTF_8));
      out.flush();
    }
  }

  /** A terminal that has become narrower has broken our lines into more rows. */
  private static int rowsOf(List<String> lines, Size size) {
    int rows = 0;
    for (String line : lines) {
      rows += Math.max(1, Math.ceilDiv(TerminalText.width(line), size.columns()));
    }
    return Math.min(rows, size.rows() - 1);
  }
}
