package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.config.Suggestion;
import dev.groundbuild.steps.StepSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Steps as a user names them: by id, or by number from 0. */
final class StepChoice {
  private StepChoice() {}

  /** All steps but those named. */
  static Set<Integer> allBut(BuildPlan plan, List<String> named, String option) {
    Set<Integer> wanted = new TreeSet<>();
    named.forEach(name -> wanted.add(find(plan, name.strip(), option)));
    return IntStream.range(0, plan.steps().size())
        .filter(i -> !wanted.contains(i))
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** A step, and every one that waits for it, be it through others. */
  static Set<Integer> from(BuildPlan plan, String name, String option) {
    Set<Integer> all = new TreeSet<>();
    int first = find(plan, name, option);
    all.add(first);
    for (int i = first + 1; i < plan.steps().size(); i++) {
      if (plan.waitFor().get(i).stream().anyMatch(all::contains)) {
        all.add(i);
      }
    }
    return all;
  }

  private static int find(BuildPlan plan, String name, String option) {
    for (StepSpec step : plan.steps()) {
      if (step.id().filter(name::equals).isPresent()) {
        return step.index();
      }
    }
    String number = name.startsWith("#") ? name.substring(1) : name;
    if (number.matches("[0-9]{1,6}") && Integer.parseInt(number) < plan.steps().size()) {
      return Integer.parseInt(number);
    }
    List<String> ids = plan.steps().stream().flatMap(s -> s.id().stream()).toList();
    throw new UsageException(
        option
            + ": there is no step \""
            + name
            + "\""
            + Suggestion.didYouMean(name, ids)
            + "\nThe steps are "
            + names(plan));
  }

  private static String names(BuildPlan plan) {
    List<String> names = new ArrayList<>();
    plan.steps()
        .forEach(step -> names.add(step.index() + step.id().map(id -> " (" + id + ")").orElse("")));
    return String.join(", ", names);
  }
}
