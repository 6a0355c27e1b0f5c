package dev.groundbuild.runner;

import dev.groundbuild.steps.StepOutcome;
import dev.groundbuild.steps.StepSpec;

/** What a step's outcome means to its build. */
final class Verdict {
  private Verdict() {}

  static boolean succeeded(StepOutcome outcome) {
    return outcome instanceof StepOutcome.Exited e && e.code() == 0;
  }

  /**
   * Cloud Build: allowExitCodes take precedence over allowFailure. That a step which timed out, or
   * whose image is missing, is forgiven by allowFailure alone is assumed.
   */
  static boolean forgiven(StepSpec step, StepOutcome outcome) {
    return switch (outcome) {
      case StepOutcome.Exited e -> step.forgives(e.code());
      case StepOutcome.TimedOut t -> step.allowFailure() && step.allowExitCodes().isEmpty();
      case StepOutcome.NotStarted n -> step.allowFailure() && step.allowExitCodes().isEmpty();
      case StepOutcome.Cancelled c -> false;
    };
  }

  /** The outcome of a step whose work was done by hand. */
  static StepOutcome doneByHand(StepOutcome outcome) {
    StepOutcome.Timing timing = outcome.timing();
    return outcome instanceof StepOutcome.Exited e
        ? new StepOutcome.Exited(0, false, timing, e.digest(), e.output(), e.variables())
        : new StepOutcome.Exited(0, false, timing, outcome.digest(), new byte[0]);
  }
}
