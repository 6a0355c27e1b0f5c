package dev.groundbuild.runner.plan;

import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.PlanGraph.Arrow;
import dev.groundbuild.steps.StepSpec;
import java.util.List;

/**
 * What every picture of a plan shows.
 *
 * @param levels the steps by the length of the longest chain before them
 * @param arrows the waits that other arrows do not tell already
 * @param critical the steps of the critical path, every step taken to be as long as another
 */
record Drawing(
    List<StepSpec> steps, List<List<Integer>> levels, List<Arrow> arrows, List<Integer> critical) {

  static Drawing of(BuildPlan plan) {
    return new Drawing(plan.steps(), plan.levels(), plan.graph().arrows(), plan.criticalPath());
  }

  /** Whether the levels are better drawn from left to right than from top to bottom. */
  boolean isSideways() {
    return levels.stream().mapToInt(List::size).max().orElse(0) > levels.size();
  }

  boolean isCritical(StepSpec step) {
    return critical.contains(step.index());
  }

  boolean isCritical(Arrow arrow) {
    int from = critical.indexOf(arrow.from());
    return from >= 0 && from + 1 < critical.size() && critical.get(from + 1) == arrow.to();
  }

  /** The step's number and, if it has one, its id. */
  static String heading(StepSpec step) {
    return "#" + step.index() + step.id().map(id -> " " + Printable.line(id)).orElse("");
  }

  static String image(StepSpec step) {
    return Printable.line(step.image());
  }
}
