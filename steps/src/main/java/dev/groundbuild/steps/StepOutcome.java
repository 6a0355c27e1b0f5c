package dev.groundbuild.steps;

import java.time.Instant;
import java.util.Optional;

/** How a step ended. A failing step is a value; only a failing engine is an exception. */
public sealed interface StepOutcome {

  Timing timing();

  /** Digest of the image that ran, {@code sha256:...}; empty for one that no registry knows. */
  default Optional<String> digest() {
    return Optional.empty();
  }

  /** What is known of a step whose image was looked up. */
  record Timing(Instant start, Instant end, Optional<Instant> pullEnd) {}

  /**
   * The container ran to its end.
   *
   * @param output what the step wrote to {@code $BUILDER_OUTPUT/output}, at most 50 KB; empty for
   *     nothing
   * @param variables what it wrote to {@code $GROUNDBUILD_ENV}, for the steps that depend on it
   */
  record Exited(
      int code,
      boolean outOfMemory,
      Timing timing,
      Optional<String> digest,
      byte[] output,
      StepVariables variables)
      implements StepOutcome {
    /** One that gave later steps nothing. */
    public Exited(
        int code, boolean outOfMemory, Timing timing, Optional<String> digest, byte[] output) {
      this(code, outOfMemory, timing, digest, output, StepVariables.NONE);
    }
  }

  /** The step's own timeout passed; the container was stopped. */
  record TimedOut(Timing timing, Optional<String> digest) implements StepOutcome {}

  /** The build ended, or was cancelled, while the step ran. */
  record Cancelled(Timing timing, Optional<String> digest) implements StepOutcome {}

  /** The container never ran: no such image, or the engine refused the step's own settings. */
  record NotStarted(Timing timing, String reason) implements StepOutcome {}
}
