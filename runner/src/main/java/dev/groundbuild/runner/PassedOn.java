package dev.groundbuild.runner;

import dev.groundbuild.steps.StepOutcome;
import dev.groundbuild.steps.StepSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The variables that a step gets from those before it: from every step that must be over before it
 * starts, in the order of the config, so that the last one of a name wins.
 *
 * @param variables by name
 * @param unused names that the step's own config sets, which wins
 */
record PassedOn(SortedMap<String, String> variables, List<String> unused) {
  private static final PassedOn NOTHING = new PassedOn(new TreeMap<>(), List.of());

  /** Says names only: a value may be a secret by mistake. */
  @Override
  public String toString() {
    return variables.keySet().toString();
  }

  static PassedOn to(StepSpec step, BuildPlan plan, Map<Integer, StepOutcome> outcomes) {
    if (outcomes.values().stream().allMatch(outcome -> of(outcome).isEmpty())) {
      return NOTHING;
    }
    return to(step, plan.allBefore(step.index()), outcomes);
  }

  /**
   * @param earlier whose variables the step gets, ascending
   */
  static PassedOn to(StepSpec step, Iterable<Integer> earlier, Map<Integer, StepOutcome> outcomes) {
    SortedMap<String, String> variables = new TreeMap<>();
    for (int index : earlier) {
      StepOutcome outcome = outcomes.get(index);
      if (outcome != null) {
        variables.putAll(of(outcome));
      }
    }
    Set<String> own = new TreeSet<>(step.env().keySet());
    own.addAll(step.secretEnv());
    List<String> unused = new ArrayList<>(variables.keySet());
    unused.retainAll(own);
    variables.keySet().removeAll(own);
    return new PassedOn(variables, List.copyOf(unused));
  }

  private static Map<String, String> of(StepOutcome outcome) {
    return outcome instanceof StepOutcome.Exited exited ? exited.variables().values() : Map.of();
  }
}
