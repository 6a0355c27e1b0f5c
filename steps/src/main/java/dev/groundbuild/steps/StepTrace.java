package dev.groundbuild.steps;

import java.time.Instant;

/**
 * Takes the times of what a step's run consists of. Called from the steps' threads, of several
 * steps at once; phases of one step come in order, but the removal of its container may end after
 * the step, until the build is cleared.
 */
public interface StepTrace {
  /** Ignores all of them. */
  StepTrace NONE = (step, phase, start, end) -> {};

  /** What a step's run consists of, in order. A step that ends early lacks the later ones. */
  enum Phase {
    /** The image is looked up, and pulled if it is missing. */
    PULL,
    /** The container is made. */
    CREATE,
    /** The engine attaches to the container and starts it. */
    START,
    /** The container runs: from its start to the end of its output, or until it is cancelled. */
    RUN,
    /** What is left is read: the exit code, and of a cancelled step the rest of its output. */
    DRAIN,
    /** The container is removed, beside what comes next. */
    REMOVE
  }

  /**
   * A phase is over, whether it went well or not.
   *
   * @param step index of the step
   */
  void span(int step, Phase phase, Instant start, Instant end);
}
