package dev.groundbuild.runner;

import dev.groundbuild.steps.StepOutcome;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What of a build is not to be run (again).
 *
 * @param attempt which one this is, from 1; every later one takes up the volumes of the first
 * @param done how steps ended in earlier attempts that count as done, by index
 * @param leftOut steps that count as done without having run; disjoint from the others
 */
public record Resumption(int attempt, Map<Integer, StepOutcome> done, Set<Integer> leftOut) {
  /** The whole build, for the first time. */
  public static final Resumption NONE = new Resumption(1, Map.of(), Set.of());

  public Resumption {
    done = Collections.unmodifiableMap(new TreeMap<>(done));
    leftOut = Collections.unmodifiableSet(new TreeSet<>(leftOut));
    if (leftOut.stream().anyMatch(done::containsKey)) {
      throw new IllegalArgumentException("a step is both done and left out");
    }
  }

  /** Whether a step is not to be run. */
  public boolean countsAsDone(int step) {
    return done.containsKey(step) || leftOut.contains(step);
  }

  /** Whether an earlier attempt has laid the ground. */
  public boolean isAgain() {
    return attempt > 1;
  }
}
