package dev.groundbuild.runner.diff;

import java.util.ArrayList;
import java.util.List;

/** The lines of two texts that are not in both, with one line of what is around them. */
final class LineDiff {
  /** Longer texts are compared without looking for what their middles have in common. */
  private static final int MOST_LINES = 2000;

  private final List<String> before;
  private final List<String> after;

  LineDiff(List<String> before, List<String> after) {
    this.before = before;
    this.after = after;
  }

  /** Begin with {@code "- "}, {@code "+ "} or two spaces. */
  List<String> lines() {
    List<String> all = all();
    List<String> near = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      boolean beside = isChange(all, i - 1) || isChange(all, i) || isChange(all, i + 1);
      if (beside) {
        near.add(all.get(i));
      }
    }
    return near;
  }

  private static boolean isChange(List<String> lines, int index) {
    return index >= 0 && index < lines.size() && !lines.get(index).startsWith(" ");
  }

  private List<String> all() {
    int[][] common = common();
    List<String> all = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < before.size() || j < after.size()) {
      if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
        all.add("  " + before.get(i++));
        j++;
      } else if (j == after.size()
          || (i < before.size() && at(common, i + 1, j) >= at(common, i, j + 1))) {
        all.add("- " + before.get(i++));
      } else {
        all.add("+ " + after.get(j++));
      }
    }
    return all;
  }

  /** For each pair of places, how many lines the rests have in common. */
  private int[][] common() {
    if (before.size() > MOST_LINES || after.size() > MOST_LINES) {
      return new int[0][];
    }
    int[][] common = new int[before.size() + 1][after.size() + 1];
    for (int i = before.size() - 1; i >= 0; i--) {
      for (int j = after.size() - 1; j >= 0; j--) {
        common[i][j] =
            before.get(i).equals(after.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    return common;
  }

  private static int at(int[][] common, int i, int j) {
    return common.length == 0 ? 0 : common[i][j];
  }
}
