package dev.groundbuild.runner.console;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The chain of steps that made the build take as long as it did.
 *
 * @param steps indexes, in the order in which they ran
 * @param took the time of these steps together
 */
record CriticalPath(List<Integer> steps, Duration took) {
  CriticalPath {
    steps = List.copyOf(steps);
  }

  /**
   * @param waitFor for each step, the earlier steps that it waits for
   * @param took the time of each step that ran
   */
  static CriticalPath of(List<Set<Integer>> waitFor, Map<Integer, Duration> took) {
    Map<Integer, Duration> endsAt = new HashMap<>();
    Map<Integer, Integer> before = new HashMap<>();
    int last = -1;
    for (int step = 0; step < waitFor.size(); step++) {
      Duration own = took.get(step);
      if (own == null) {
        continue;
      }
      int slowest = latest(waitFor.get(step), endsAt);
      before.put(step, slowest);
      endsAt.put(step, own.plus(endsAt.getOrDefault(slowest, Duration.ZERO)));
      last = latest(endsAt.keySet(), endsAt);
    }
    Deque<Integer> path = new ArrayDeque<>();
    for (int step = last; step >= 0; step = before.getOrDefault(step, -1)) {
      path.addFirst(step);
    }
    return new CriticalPath(List.copyOf(path), endsAt.getOrDefault(last, Duration.ZERO));
  }

  /** The one of the steps that ended last, the first of equals; -1 if none of them ran. */
  private static int latest(Set<Integer> steps, Map<Integer, Duration> endsAt) {
    int found = -1;
    for (int step : steps.stream().sorted().toList()) {
      Duration end = endsAt.get(step);
      if (end != null && (found < 0 || end.compareTo(endsAt.getOrDefault(found, end)) > 0)) {
        found = step;
      }
    }
    return found;
  }
}
