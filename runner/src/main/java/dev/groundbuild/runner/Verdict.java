package dev.groundbuild.runner;

import dev.groundbuild.steps.StepOutcome;
import dev.groundbuild.steps.StepSpec;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CancellationException;

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

  /** How a step ended whose engine failed. */
  static StepOutcome broken(Instant start, StepReport.Broken broken) {
    StepOutcome.Timing timing = new StepOutcome.Timing(start, broken.at(), Optional.empty());
    String message = broken.cause().getMessage();
    return broken.cause() instanceof CancellationException
        ? new StepOutcome.Cancelled(timing, Optional.empty())
        : new StepOutcome.NotStarted(timing, message == null ? broken.cause().toString() : message);
  }

  /** The outcome of a step that was run before, as that of all its attempts. */
  static StepOutcome since(StepOutcome.Timing first, StepOutcome last) {
    StepOutcome.Timing timing = since(first, last.timing());
    return switch (last) {
      case StepOutcome.Exited e ->
          new StepOutcome.Exited(
              e.code(), e.outOfMemory(), timing, e.digest(), e.output(), e.variables());
      case StepOutcome.TimedOut t -> new StepOutcome.TimedOut(timing, t.digest());
      case StepOutcome.Cancelled c -> new StepOutcome.Cancelled(timing, c.digest());
      case StepOutcome.NotStarted n -> new StepOutcome.NotStarted(timing, n.reason());
    };
  }

  /** From the start of the first attempt to the end of the last. */
  static StepOutcome.Timing since(StepOutcome.Timing first, StepOutcome.Timing last) {
    return new StepOutcome.Timing(first.start(), last.end(), first.pullEnd().or(last::pullEnd));
  }

  /** The outcome of a step whose work was done by hand. */
  static StepOutcome doneByHand(StepOutcome outcome) {
    StepOutcome.Timing timing = outcome.timing();
    return outcome instanceof StepOutcome.Exited e
        ? new StepOutcome.Exited(0, false, timing, e.digest(), e.output(), e.variables())
        : new StepOutcome.Exited(0, false, timing, outcome.digest(), new byte[0]);
  }
}
