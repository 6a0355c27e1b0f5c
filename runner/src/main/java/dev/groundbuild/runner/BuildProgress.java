package dev.groundbuild.runner;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How far a build has come: which steps may start, which run, which are over. Used by the build's
 * own thread only. A step is ready, then started, then done or failed, each once.
 */
final class BuildProgress {
  private final List<Set<Integer>> waitFor;

  /** For each step, the steps that wait for it. */
  private final List<List<Integer>> dependents = new ArrayList<>();

  /** For each step, how many of the steps that it waits for are not done. */
  private final int[] waitsLeft;

  private final SortedSet<Integer> ready = new TreeSet<>();
  private final SortedSet<Integer> running = new TreeSet<>();
  private final BitSet started = new BitSet();
  private final BitSet done = new BitSet();
  private boolean stopped;

  BuildProgress(BuildPlan plan) {
    this(plan, Resumption.NONE);
  }

  /**
   * @param resumption steps that are over already; what would wait for one that is left out waits
   *     for what that one would have waited for, so that the order stays
   */
  BuildProgress(BuildPlan plan, Resumption resumption) {
    waitFor = withoutLeftOut(plan.waitFor(), resumption.leftOut());
    waitsLeft = new int[waitFor.size()];
    resumption.done().keySet().forEach(this::isOverAlready);
    resumption.leftOut().forEach(this::isOverAlready);
    for (int i = 0; i < waitsLeft.length; i++) {
      dependents.add(new ArrayList<>());
      for (int earlier : waitFor.get(i)) {
        dependents.get(earlier).add(i);
        waitsLeft[i] += done.get(earlier) ? 0 : 1;
      }
      if (waitsLeft[i] == 0 && !done.get(i)) {
        ready.add(i);
      }
    }
  }

  private void isOverAlready(int step) {
    started.set(step);
    done.set(step);
  }

  private static List<Set<Integer>> withoutLeftOut(
      List<Set<Integer>> waitFor, Set<Integer> leftOut) {
    List<Set<Integer>> all = new ArrayList<>();
    for (Set<Integer> waits : waitFor) {
      Set<Integer> those = new TreeSet<>();
      for (int earlier : waits) {
        those.addAll(leftOut.contains(earlier) ? all.get(earlier) : Set.of(earlier));
      }
      all.add(those);
    }
    return all;
  }

  /** The steps that may start now, ascending, as they are at this moment; none after a failure. */
  List<Integer> ready() {
    return stopped ? List.of() : List.copyOf(ready);
  }

  /** A step that was ready has been started. */
  void started(int step) {
    if (stopped || !ready.remove(step)) {
      throw new IllegalStateException("step " + step + " was started but is not ready");
    }
    started.set(step);
    running.add(step);
  }

  /** A step has succeeded, or its failure is forgiven: steps that wait for it may go on. */
  void done(int step) {
    ended(step);
    done.set(step);
    for (int dependent : dependents.get(step)) {
      waitsLeft[dependent]--;
      if (waitsLeft[dependent] == 0 && !done.get(dependent)) {
        ready.add(dependent);
      }
    }
  }

  /**
   * A step has failed and is not forgiven, or was stopped together with its build. Cloud Build: the
   * first such failure ends the build; nothing starts any more.
   */
  void failed(int step) {
    ended(step);
    stop();
  }

  /** Nothing starts any more. */
  void stop() {
    stopped = true;
  }

  /** The steps that run now, ascending. */
  SortedSet<Integer> running() {
    return Collections.unmodifiableSortedSet(running);
  }

  /** The steps that were never started, ascending. */
  List<Integer> notStarted() {
    List<Integer> steps = new ArrayList<>();
    for (int i = 0; i < waitsLeft.length; i++) {
      if (!started.get(i)) {
        steps.add(i);
      }
    }
    return steps;
  }

  /** The steps that hold this one back: those that it waits for and that are not done. */
  SortedSet<Integer> blockedBy(int step) {
    SortedSet<Integer> holding = new TreeSet<>(waitFor.get(step));
    holding.removeIf(done::get);
    return holding;
  }

  /** Whether nothing runs and nothing will start any more. */
  boolean isOver() {
    return running.isEmpty() && ready().isEmpty();
  }

  /** Whether every step is done. */
  boolean isComplete() {
    return done.cardinality() == waitsLeft.length;
  }

  private void ended(int step) {
    if (!running.remove(step)) {
      throw new IllegalStateException("step " + step + " has ended but does not run");
    }
  }
}
