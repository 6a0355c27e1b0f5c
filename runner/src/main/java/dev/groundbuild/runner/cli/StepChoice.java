package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.config.Suggestion;
import dev.groundbuild.steps.StepSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Finds the step that the user means by STEP: an id, or else an index. */
final class StepChoice {
  private StepChoice() {}

  static Optional<StepSpec> find(BuildPlan plan, String given) {
    return named(given, plan.steps(), StepSpec::id, StepSpec::index).stream().findFirst();
  }

  /** The steps that are meant, of whatever kind: those with this id, or else with this index. */
  static <T> List<T> named(
      String given, List<T> steps, Function<T, Optional<String>> id, ToIntFunction<T> index) {
    List<T> named =
        steps.stream().filter(step -> id.apply(step).filter(given::equals).isPresent()).toList();
    return named.isEmpty()
        ? steps.stream()
            .filter(step -> given.equals(Integer.toString(index.applyAsInt(step))))
            .toList()
        : named;
  }

  /** The same, for a step that must be there. */
  static StepSpec require(BuildPlan plan, String given) {
    return find(plan, given).orElseThrow(() -> missing(plan, given));
  }

  private static UsageException missing(BuildPlan plan, String given) {
    List<String> ids = plan.steps().stream().flatMap(step -> step.id().stream()).toList();
    String known = plan.steps().stream().map(StepSpec::label).collect(Collectors.joining(", "));
    return new UsageException(
        "no step has the id or index \""
            + given
            + "\""
            + Suggestion.didYouMean(given, ids)
            + " (the steps: "
            + known
            + ")");
  }

  /** All steps but those named. */
  static Set<Integer> allBut(BuildPlan plan, List<String> named) {
    Set<Integer> wanted = new TreeSet<>();
    named.forEach(name -> wanted.add(require(plan, name.strip()).index()));
    return IntStream.range(0, plan.steps().size())
        .filter(i -> !wanted.contains(i))
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** A step, and every one that waits for it, be it through others. */
  static Set<Integer> from(BuildPlan plan, String name) {
    Set<Integer> all = new TreeSet<>();
    int first = require(plan, name).index();
    all.add(first);
    for (int i = first + 1; i < plan.steps().size(); i++) {
      if (plan.waitFor().get(i).stream().anyMatch(all::contains)) {
        all.add(i);
      }
    }
    return all;
  }
}
