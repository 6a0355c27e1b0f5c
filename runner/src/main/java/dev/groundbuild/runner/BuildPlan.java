package dev.groundbuild.runner;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.steps.StepSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which step may start when: the steps of one build and their order. Immutable; no threads, no I/O.
 * {@link #graph} is the same order as a graph, for drawing.
 *
 * @param steps in the order of the config
 * @param waitFor for each step, the indexes of the steps that it waits for, ascending; every one of
 *     them is smaller than the step's own, so that there can be no cycle
 * @param retries which steps are run again when they fail, by index
 * @param last the steps that run after all of these, however they ended
 */
public record BuildPlan(
    List<StepSpec> steps,
    List<Set<Integer>> waitFor,
    Map<Integer, StepRetries> retries,
    FinallySteps last) {
  public BuildPlan {
    retries = Collections.unmodifiableSortedMap(new TreeMap<>(retries));
    steps = List.copyOf(steps);
    waitFor =
        waitFor.stream()
            .<Set<Integer>>map(waits -> Collections.unmodifiableSortedSet(new TreeSet<>(waits)))
            .toList();
    if (steps.size() != waitFor.size()) {
      throw new IllegalArgumentException(
          steps.size() + " steps, but waitFor of " + waitFor.size() + " steps");
    }
    for (int i = 0; i < waitFor.size(); i++) {
      for (int earlier : waitFor.get(i)) {
        if (earlier < 0 || earlier >= i) {
          throw new IllegalArgumentException("step " + i + " waits for step " + earlier);
        }
      }
    }
  }

  /** A plan of nothing that Cloud Build does not have. */
  public BuildPlan(List<StepSpec> steps, List<Set<Integer>> waitFor) {
    this(steps, waitFor, Map.of(), FinallySteps.NONE);
  }

  /** The same with some steps run again when they fail. */
  public BuildPlan retrying(Map<Integer, StepRetries> other) {
    return new BuildPlan(steps, waitFor, other, last);
  }

  /**
   * The same with steps that run however it ended.
   *
   * @param after in their order; they are numbered and named anew
   * @param limit for all of them together
   */
  public BuildPlan andFinally(List<StepSpec> after, Duration limit) {
    List<StepSpec> numbered = new ArrayList<>();
    for (StepSpec step : after) {
      numbered.add(step.named(steps.size() + numbered.size(), "Finally #" + numbered.size()));
    }
    return new BuildPlan(steps, waitFor, retries, new FinallySteps(numbered, limit));
  }

  /** The steps, and those that run after them. */
  public List<StepSpec> allSteps() {
    return Stream.concat(steps.stream(), last.steps().stream()).toList();
  }

  /** A step by its index, of the steps or of those that run after them. */
  public StepSpec step(int index) {
    return index < steps.size() ? steps.get(index) : last.steps().get(index - steps.size());
  }

  /**
   * Plans a build.
   *
   * @param build checked, substituted and complete
   * @param substitutions every substitution that has a value, built-in ones too; those that {@code
   *     automapSubstitutions} turns into variables
   */
  public static BuildPlan of(Build build, SortedMap<String, String> substitutions) {
    return new BuildPlan(
        new StepFolding(build, substitutions).steps(), WaitFor.indexes(build.getStepsList()));
  }

  /**
   * The steps by the length of the longest chain before them: the first level waits for nothing,
   * and steps of one level never wait for each other.
   */
  public List<List<Integer>> levels() {
    int[] level = new int[steps.size()];
    List<List<Integer>> levels = new ArrayList<>();
    for (int i = 0; i < level.length; i++) {
      for (int earlier : waitFor.get(i)) {
        level[i] = Math.max(level[i], level[earlier] + 1);
      }
      if (level[i] == levels.size()) {
        levels.add(new ArrayList<>());
      }
      levels.get(level[i]).add(i);
    }
    return levels.stream().map(List::copyOf).toList();
  }

  /** Every step that must be over before a step starts, not only those that it names; ascending. */
  public SortedSet<Integer> allBefore(int step) {
    SortedSet<Integer> before = new TreeSet<>(waitFor.get(step));
    // What a step waits for is before it, so one way down meets everything.
    for (int i = step - 1; i >= 0; i--) {
      if (before.contains(i)) {
        before.addAll(waitFor.get(i));
      }
    }
    return before;
  }

  /** The longest chain of steps, ascending; of several, the one with the lowest indexes. */
  public List<Integer> criticalPath() {
    return new CriticalPath(waitFor, IntStream.range(0, steps.size()).mapToObj(i -> 1L).toList())
        .indexes();
  }

  /**
   * The chain of steps that takes longest, ascending; of several, the one with the lowest indexes.
   *
   * @param durations measured or estimated, not negative; a step without one did not run and is on
   *     no path
   */
  public List<Integer> criticalPath(Map<Integer, Duration> durations) {
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Duration duration = durations.get(i);
      nanos.add(duration == null ? CriticalPath.ABSENT : duration.toNanos());
    }
    return new CriticalPath(waitFor, nanos).indexes();
  }

  /** The same order as a graph. */
  public PlanGraph graph() {
    return new PlanGraph(waitFor);
  }
}
