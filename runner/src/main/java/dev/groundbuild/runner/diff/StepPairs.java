package dev.groundbuild.runner.diff;

import com.google.cloudbuild.v1.BuildStep;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/**
 * Finds which steps of two builds are the same step: those of one id; of those without an id first
 * the ones that ask for exactly the same, then the ones with the same image, each in their order.
 */
final class StepPairs {
  private final List<BuildStep> before;
  private final List<BuildStep> after;
  private final List<Pair> pairs = new ArrayList<>();
  private final Set<Integer> usedBefore = new HashSet<>();
  private final Set<Integer> usedAfter = new HashSet<>();

  /** Indexes of one step in both builds. */
  record Pair(int before, int after) {}

  StepPairs(List<BuildStep> before, List<BuildStep> after) {
    this.before = before;
    this.after = after;
    for (int i = 0; i < before.size(); i++) {
      if (!before.get(i).getId().isEmpty()) {
        pair(i, 0, after.size(), (a, b) -> a.getId().equals(b.getId()));
      }
    }
    pairUnnamed(BuildStep::equals);
    pairUnnamed((a, b) -> b.getId().isEmpty() && a.getName().equals(b.getName()));
    pairs.sort(Comparator.comparingInt(Pair::before));
  }

  private void pairUnnamed(BiPredicate<BuildStep, BuildStep> same) {
    for (int i = 0; i < before.size(); i++) {
      if (before.get(i).getId().isEmpty() && !usedBefore.contains(i)) {
        pair(i, afterPairsBefore(i), beforePairsAfter(i), same);
      }
    }
  }

  private void pair(int index, int from, int to, BiPredicate<BuildStep, BuildStep> same) {
    for (int j = from; j < to; j++) {
      if (!usedAfter.contains(j) && same.test(before.get(index), after.get(j))) {
        pairs.add(new Pair(index, j));
        usedBefore.add(index);
        usedAfter.add(j);
        return;
      }
    }
  }

  /** Where in the second build the unnamed steps before this one end. */
  private int afterPairsBefore(int index) {
    return unnamed()
        .filter(pair -> pair.before() < index)
        .mapToInt(pair -> pair.after() + 1)
        .max()
        .orElse(0);
  }

  /** Where in the second build the unnamed steps after this one begin. */
  private int beforePairsAfter(int index) {
    return unnamed()
        .filter(pair -> pair.before() > index)
        .mapToInt(Pair::after)
        .min()
        .orElse(after.size());
  }

  private Stream<Pair> unnamed() {
    return pairs.stream().filter(pair -> before.get(pair.before()).getId().isEmpty());
  }

  /** In the order of the first build. */
  List<Pair> pairs() {
    return pairs;
  }

  /** Indexes in the first build. */
  List<Integer> removed() {
    return rest(before.size(), usedBefore);
  }

  /** Indexes in the second build. */
  List<Integer> added() {
    return rest(after.size(), usedAfter);
  }

  /** Whether the steps that both builds have come in another order. */
  boolean isReordered() {
    int last = -1;
    for (Pair pair : pairs) {
      if (pair.after() < last) {
        return true;
      }
      last = pair.after();
    }
    return false;
  }

  private static List<Integer> rest(int size, Set<Integer> used) {
    List<Integer> rest = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      if (!used.contains(i)) {
        rest.add(i);
      }
    }
    return rest;
  }
}
