package dev.groundbuild.runner.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that a mistyped one was probably meant to be. */
public final class Suggestion {
  private static final int MOST_EDITS = 3;
  private static final int LETTERS_PER_EDIT = 3;

  private Suggestion() {}

  /**
   * The candidate nearest to the word, when it is near enough to be a slip of the keyboard: one
   * edit for every three letters, three at most. Letter case does not count as an edit. Of equally
   * near ones the first in the alphabet, so that the answer never depends on the collection's
   * order.
   */
  public static Optional<String> closest(String word, Collection<String> candidates) {
    String folded = word.toLowerCase(Locale.ROOT);
    return candidates.stream()
        .filter(c -> !c.equals(word))
        .filter(c -> isNear(folded, c.toLowerCase(Locale.ROOT)))
        .min(
            Comparator.<String>comparingInt(c -> edits(folded, c.toLowerCase(Locale.ROOT)))
                .thenComparingInt(c -> edits(word, c))
                .thenComparing(Comparator.naturalOrder()));
  }

  /**
   * {@code ; did you mean "build"?} to put after a message, or nothing when no candidate is near.
   */
  public static String didYouMean(String word, Collection<String> candidates) {
    return closest(word, candidates).map(c -> "; did you mean \"" + c + "\"?").orElse("");
  }

  private static boolean isNear(String word, String candidate) {
    int longer = Math.max(word.length(), candidate.length());
    int allowed = Math.min(MOST_EDITS, longer / LETTERS_PER_EDIT);
    return Math.abs(word.length() - candidate.length()) <= allowed
        && edits(word, candidate) <= allowed;
  }

  /** Insertions, deletions, replacements and swaps of neighbours that turn one into the other. */
  private static int edits(String from, String to) {
    int[] beforeLast = new int[to.length() + 1];
    int[] last = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replace = last[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replace, Math.min(last[j], row[j - 1]) + 1);
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[to.length()];
  }
}
