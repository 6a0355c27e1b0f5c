package dev.groundbuild.runner;

import dev.groundbuild.runner.Intervention.Decision;
import dev.groundbuild.steps.StepOutcome;
import java.time.Duration;
import java.time.Instant;

/** What other threads have to say to the one that decides. */
sealed interface StepReport {
  /** A line for the log, from whoever works for the build. */
  record Said(String line) implements StepReport {}

  /** What becomes of a step, from its thread. */
  sealed interface OfStep extends StepReport {
    int step();

    Instant at();
  }

  /** It is over after so many attempts, and its thread with it. */
  record Ended(int step, Instant at, StepOutcome outcome, Decision decision, int attempts)
      implements OfStep {}

  /** The engine failed; its thread is over. */
  record Broken(int step, Instant at, Throwable cause, int attempts) implements OfStep {}

  /** An attempt has failed, and there will be another after a pause. */
  record Again(int step, Instant at, int attempt, String reason, Duration pause)
      implements OfStep {}

  /** It has ended, and somebody looks at it: no time is counted. */
  record Held(int step, Instant at, StepOutcome outcome) implements OfStep {}

  /** Nobody looks at it any more. */
  record Released(int step, Instant at, Decision decision) implements OfStep {}
}
