package dev.groundbuild.runner.console;

import dev.groundbuild.runner.BuildEvent.StepEnded;
import dev.groundbuild.steps.StepOutcome;
import dev.groundbuild.steps.StepOutcome.Cancelled;
import dev.groundbuild.steps.StepOutcome.Exited;
import dev.groundbuild.steps.StepOutcome.NotStarted;
import dev.groundbuild.steps.StepOutcome.TimedOut;

/**
 * How a step's end is said.
 *
 * @param status SUCCESS, FAILURE, TIMEOUT or CANCELLED, as Cloud Build names it
 * @param detail such as {@code exit code 137, out of memory}; may be empty
 * @param forgiven whether the build went on after the failure
 */
record StepResult(String status, String detail, boolean forgiven) {

  static StepResult of(StepEnded ended) {
    return new StepResult(status(ended.outcome()), detail(ended.outcome()), ended.forgiven());
  }

  private static String status(StepOutcome outcome) {
    return switch (outcome) {
      case Exited exited -> exited.code() == 0 ? "SUCCESS" : "FAILURE";
      case TimedOut _ -> "TIMEOUT";
      case Cancelled _ -> "CANCELLED";
      case NotStarted _ -> "FAILURE";
    };
  }

  private static String detail(StepOutcome outcome) {
    return switch (outcome) {
      case Exited exited when exited.code() == 0 -> "";
      case Exited exited ->
          "exit code " + exited.code() + (exited.outOfMemory() ? ", out of memory" : "");
      case TimedOut _ -> "ran longer than its timeout";
      case Cancelled _ -> "";
      case NotStarted notStarted -> TerminalText.safe(notStarted.reason(), Palette.PLAIN);
    };
  }

  /** Whether this is a failure that ends a build. */
  boolean endsBuild() {
    return !forgiven && (status.equals("FAILURE") || status.equals("TIMEOUT"));
  }

  /** {@code FAILURE: exit code 1, allowed} in its colour, the detail cut to so many columns. */
  String text(int columns, Palette palette) {
    String cut = TerminalText.shorten(detail, columns);
    String text = status + (cut.isEmpty() ? "" : ": " + cut) + (forgiven ? ", allowed" : "");
    if (endsBuild()) {
      return palette.bad(text);
    }
    return status.equals("SUCCESS") ? palette.good(text) : palette.doubtful(text);
  }
}
