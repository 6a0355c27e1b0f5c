package dev.groundbuild.runner;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The time in which somebody looked at steps that had ended; it counts neither for the build's
 * timeout nor for the step. Used by the build's own thread only.
 */
final class Holds {
  private final Map<Integer, Instant> since = new HashMap<>();
  private final Map<Integer, Duration> ofSteps = new HashMap<>();
  private Instant anySince = Instant.EPOCH;
  private Duration total = Duration.ZERO;

  void begin(int step, Instant now) {
    if (since.isEmpty()) {
      anySince = now;
    }
    since.put(step, now);
  }

  void end(int step, Instant now) {
    Instant began = since.remove(step);
    if (began == null) {
      throw new IllegalStateException("step " + step + " is not held");
    }
    ofSteps.merge(step, Duration.between(began, now), Duration::plus);
    if (since.isEmpty()) {
      total = total.plus(Duration.between(anySince, now));
    }
  }

  /** Whether somebody looks at a step now. */
  boolean any() {
    return !since.isEmpty();
  }

  Duration of(int step) {
    return ofSteps.getOrDefault(step, Duration.ZERO);
  }

  /** A deadline, later by the time in which anybody looked at anything. */
  Deadline delay(Deadline deadline) {
    return new Deadline(deadline.clock(), deadline.at().plus(total));
  }
}
