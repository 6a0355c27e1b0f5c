package dev.groundbuild.runner;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.steps.StepOutcome;
import dev.groundbuild.steps.StepSpec;
import java.time.Duration;
import java.time.Instant;

/**
 * What happens in a build, in the order in which it happens. Every event carries the time at which
 * it happened.
 */
public sealed interface BuildEvent {
  Instant at();

  /** The build is accepted; nothing has run. */
  record Queued(Instant at, Build build, BuildPlan plan) implements BuildEvent {}

  /** Work has begun. */
  record Started(Instant at) implements BuildEvent {}

  /** A phase of the build begins, named as in Cloud Build's log and timing. */
  record PhaseStarted(Instant at, Phase phase) implements BuildEvent {}

  /** A phase of the build is over. */
  record PhaseEnded(Instant at, Phase phase) implements BuildEvent {}

  /** The phases, as Cloud Build's {@code timing} names them. */
  enum Phase {
    FETCHSOURCE,
    SETUPBUILD,
    BUILD,
    PUSH
  }

  /** A step counts as done by an earlier attempt, and is not run again. */
  record StepKept(Instant at, StepSpec step, StepOutcome outcome, boolean forgiven)
      implements BuildEvent {}

  /** A step may start: its dependencies are done. */
  record StepStarted(Instant at, StepSpec step) implements BuildEvent {}

  /**
   * A step failed and will be run again, after a pause.
   *
   * @param attempt that has failed, from 1
   * @param most attempts that there may be
   */
  record StepRetried(
      Instant at, StepSpec step, int attempt, int most, String reason, Duration pause)
      implements BuildEvent {}

  /**
   * A step is done.
   *
   * @param took from its start to its end, over all attempts
   * @param forgiven it failed and the build goes on all the same
   * @param attempts how often it was run
   */
  record StepEnded(
      Instant at, StepSpec step, StepOutcome outcome, Duration took, boolean forgiven, int attempts)
      implements BuildEvent {
    /** After one attempt. */
    public StepEnded(
        Instant at, StepSpec step, StepOutcome outcome, Duration took, boolean forgiven) {
      this(at, step, outcome, took, forgiven, 1);
    }
  }

  /**
   * The steps that run however the build ended begin.
   *
   * @param status that the build has now
   */
  record FinallyBegun(Instant at, Build.Status status) implements BuildEvent {}

  /** One of these starts. */
  record FinallyStarted(Instant at, StepSpec step) implements BuildEvent {}

  /** One of these is done, well or not. */
  record FinallyEnded(Instant at, StepSpec step, StepOutcome outcome, Duration took)
      implements BuildEvent {}

  /** One sentence for the user that belongs to no step. */
  record Note(Instant at, boolean warning, String text) implements BuildEvent {}

  /** The build is over and its objects are removed. */
  record Ended(Instant at, BuildOutcome outcome) implements BuildEvent {}
}
