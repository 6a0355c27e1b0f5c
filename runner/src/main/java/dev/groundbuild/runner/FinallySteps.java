package dev.groundbuild.runner;

import dev.groundbuild.steps.StepSpec;
import java.time.Duration;
import java.util.List;

/**
 * Steps that run however the build's own ended. They are no part of Google's message.
 *
 * @param steps in their order; the index of the first is the number of the build's own steps
 * @param limit for all of them together
 */
public record FinallySteps(List<StepSpec> steps, Duration limit) {
  public static final FinallySteps NONE = new FinallySteps(List.of(), Duration.ZERO);
  public static final Duration DEFAULT_LIMIT = Duration.ofMinutes(5);

  public FinallySteps {
    steps = List.copyOf(steps);
  }

  public boolean isEmpty() {
    return steps.isEmpty();
  }
}
