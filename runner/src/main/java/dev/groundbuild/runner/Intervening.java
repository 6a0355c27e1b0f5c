package dev.groundbuild.runner;

import dev.groundbuild.runner.Intervention.Decision;
import dev.groundbuild.steps.StepOutcome;

/** The words in a build's log for steps at which somebody looked. */
final class Intervening {
  private Intervening() {}

  static String ended(StepOutcome outcome) {
    return switch (outcome) {
          case StepOutcome.Exited e -> "ended with exit code " + e.code();
          case StepOutcome.TimedOut _ -> "ran out of time";
          case StepOutcome.NotStarted n -> "could not start: " + n.reason();
          case StepOutcome.Cancelled _ -> "was cancelled";
        }
        + "; it waits to be looked at";
  }

  static String decided(Decision decision) {
    return switch (decision) {
      case LEAVE -> "was looked at";
      case RETRY -> "was looked at, and is run again";
      case SKIP -> "was looked at, and counts as done";
      case FORGIVE -> "was looked at, and its failure is forgiven";
    };
  }
}
