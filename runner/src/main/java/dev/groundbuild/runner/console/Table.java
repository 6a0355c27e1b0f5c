package dev.groundbuild.runner.console;

import java.util.ArrayList;
import java.util.List;

/** Rows of cells in columns that are as wide as their widest cell. Cells may be coloured. */
public final class Table {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  /** Adds a row. Of foreign text only what is safe to show is kept, by {@link #cell}. */
  public Table row(String... cells) {
    rows.add(List.of(cells));
    return this;
  }

  /** Text of somebody else's as a cell: without control characters. */
  public static String cell(String text) {
    return TerminalText.safe(text, Palette.PLAIN);
  }

  /** The rows as lines, without spaces at their ends. */
  public List<String> lines() {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] wide = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        wide[i] = Math.max(wide[i], TerminalText.width(row.get(i)));
      }
    }
    return rows.stream().map(row -> line(row, wide)).toList();
  }

  private static String line(List<String> row, int[] wide) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      line.append(row.get(i));
      line.repeat(' ', wide[i] - TerminalText.width(row.get(i)));
      line.append(GAP);
    }
    return line.toString().stripTrailing();
  }
}
