package dev.groundbuild.runner.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A terminal's screen, as far as the live view may use one: text, line feeds, cursor up, clear
 * below, colours. Anything else is an error.
 */
final class FakeTerminal extends OutputStream {
  final List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
  int writes;
  int columns;
  int rows;
  private int row;
  private int column;

  FakeTerminal(int columns, int rows) {
    this.columns = columns;
    this.rows = rows;
  }

  Size size() {
    return new Size(columns, rows);
  }

  @Override
  public void write(int b) {
    throw new AssertionError("a drawing must be a single write");
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    writes++;
    String text = new String(bytes, offset, length, UTF_8);
    for (int at = 0; at < text.length(); ) {
      at = text.charAt(at) == '\033' ? sequence(text, at) : character(text.charAt(at), at);
    }
  }

  private int character(char c, int at) {
    switch (c) {
      case '\n' -> down();
      case '\r' -> column = 0;
      default -> {
        if (c < ' ') {
          throw new AssertionError("control character " + (int) c);
        }
        if (column == columns) {
          down();
        }
        StringBuilder line = lines.get(row);
        line.repeat(' ', Math.max(0, column + 1 - line.length()));
        line.setCharAt(column++, c);
      }
    }
    return at + 1;
  }

  private void down() {
    column = 0;
    if (++row == lines.size()) {
      lines.add(new StringBuilder());
    }
  }

  private int sequence(String text, int at) {
    int end = at + 2;
    while (!Character.isLetter(text.charAt(end))) {
      end++;
    }
    String arguments = text.substring(at + 2, end);
    switch (text.charAt(end)) {
      case 'A' -> row = Math.max(top(), row - Integer.parseInt(arguments));
      case 'J' -> {
        lines.get(row).setLength(column);
        lines.subList(row + 1, lines.size()).clear();
      }
      case 'm' -> {}
      default -> throw new AssertionError("sequence " + text.substring(at + 1, end + 1));
    }
    return end + 1;
  }

  private int top() {
    return Math.max(0, lines.size() - rows);
  }

  /** Everything, what has scrolled off the top included. */
  String text() {
    return String.join("\n", lines.stream().map(line -> line.toString().stripTrailing()).toList());
  }

  /** Breaks lines anew, as most terminals do when their width changes. */
  void resize(int newColumns, int newRows) {
    List<StringBuilder> old = List.copyOf(lines);
    columns = newColumns;
    rows = newRows;
    lines.clear();
    for (StringBuilder line : old) {
      for (int at = 0; at == 0 || at < line.length(); at += columns) {
        lines.add(new StringBuilder(line.substring(at, Math.min(line.length(), at + columns))));
      }
    }
    row = lines.size() - 1;
  }
}
