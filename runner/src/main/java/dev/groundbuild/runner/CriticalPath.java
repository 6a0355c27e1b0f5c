package dev.groundbuild.runner;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Finds the heaviest chain through a plan. Every step waits for earlier ones only. */
final class CriticalPath {
  /** The weight of a step that is on no path. */
  static final long ABSENT = -1;

  private final List<Set<Integer>> waitFor;
  private final List<Long> weights;

  /** For each step, the weight of the heaviest chain that begins with it. */
  private final long[] heaviest;

  /**
   * @param weights one per step, 0 or more, or {@link #ABSENT}
   */
  CriticalPath(List<Set<Integer>> waitFor, List<Long> weights) {
    this.waitFor = waitFor;
    this.weights = weights;
    this.heaviest = new long[weights.size()];
    for (int i = heaviest.length - 1; i >= 0; i--) {
      if (weights.get(i) == ABSENT) {
        heaviest[i] = ABSENT;
      } else {
        // By now the field holds the heaviest chain among the later steps that wait for this one.
        heaviest[i] += weights.get(i);
        for (int earlier : waitFor.get(i)) {
          heaviest[earlier] = Math.max(heaviest[earlier], heaviest[i]);
        }
      }
    }
  }

  /**
   * From its first step on, each time the lowest index that leads on. A step between two of the
   * path, even a weightless one, has a lower index than the second: so it is not skipped, and the
   * path follows the arrows of {@link PlanGraph}.
   */
  List<Integer> indexes() {
    long rest = 0;
    for (long weight : heaviest) {
      rest = Math.max(rest, weight);
    }
    List<Integer> path = new ArrayList<>();
    for (int i = 0; i < heaviest.length; i++) {
      boolean leadsOn = path.isEmpty() || waitFor.get(i).contains(path.getLast());
      if (leadsOn && heaviest[i] == rest) {
        path.add(i);
        rest -= weights.get(i);
      }
    }
    return List.copyOf(path);
  }
}
