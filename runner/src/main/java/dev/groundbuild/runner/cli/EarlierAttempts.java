package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.Resumption;
import dev.groundbuild.runner.status.Attempt;
import dev.groundbuild.runner.status.KeptRequest;
import dev.groundbuild.steps.StepOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What came of a build so far, and so what another attempt need not run. */
final class EarlierAttempts {
  private final int number;
  private final KeptRequest before;
  private final SortedMap<Integer, Attempt.Ran> last = new TreeMap<>();

  EarlierAttempts(List<Attempt> attempts, KeptRequest before) {
    this.number = attempts.getLast().number();
    this.before = before;
    attempts.forEach(attempt -> last.putAll(attempt.steps()));
  }

  /**
   * The next attempt.
   *
   * @param wanted the steps to be run, all others counting as done; empty for what is not done
   */
  Resumption resumption(BuildPlan plan, Optional<Set<Integer>> wanted) {
    Map<Integer, StepOutcome> done = new TreeMap<>();
    Set<Integer> leftOut = new TreeSet<>();
    for (int step = 0; step < plan.steps().size(); step++) {
      Attempt.Ran ran = last.get(step);
      boolean runs =
          wanted.isPresent()
              ? wanted.get().contains(step)
              : !before.leftOut().contains(step) && (ran == null || !ran.done());
      if (!runs && ran != null) {
        done.put(step, ran.outcome());
      } else if (!runs) {
        leftOut.add(step);
      }
    }
    return new Resumption(number + 1, done, leftOut);
  }

  /** What counts as done by the user's word alone, a sentence for each. */
  List<String> doubts(BuildPlan plan, Resumption resumption) {
    List<String> doubts = new ArrayList<>();
    resumption
        .done()
        .forEach((step, outcome) -> {
          if (last.containsKey(step) && !last.get(step).done()) {
            doubts.add(
                plan.steps().get(step).label() + " counts as done, though it did not succeed");
          }
        });
    for (int step : resumption.leftOut()) {
      if (!before.leftOut().contains(step)) {
        doubts.add(plan.steps().get(step).label() + " counts as done, though it has not run");
      }
    }
    return doubts;
  }

  /**
   * Refuses a config whose steps are not those that have run.
   *
   * @param wanted the steps to be run, which may be changed; empty for what is not done
   */
  void refuseChanges(BuildPlan plan, Optional<Set<Integer>> wanted) {
    BuildPlan old = BuildPlan.of(before.build(), before.substitutions());
    last.forEach((step, ran) -> {
      boolean runs = wanted.map(w -> w.contains(step)).orElse(!ran.done());
      boolean same =
          step < plan.steps().size()
              && plan.steps().get(step).equals(old.steps().get(step))
              && plan.waitFor().get(step).equals(old.waitFor().get(step));
      if (!runs && !same) {
        throw new UsageException(
            old.steps().get(step).label()
                + " has run, and the config has it changed; leave it as it was, or run it again with --from="
                + old.steps().get(step).id().orElse(Integer.toString(step)));
      }
    });
  }
}
