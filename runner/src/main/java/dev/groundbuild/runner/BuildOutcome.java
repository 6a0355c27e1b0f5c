package dev.groundbuild.runner;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.steps.StepOutcome;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How a build ended.
 *
 * @param build the finished resource: status, timing, results, failure info, as Cloud Build would
 *     return it
 * @param steps outcome of each step that was started, now or in an earlier attempt, by index
 * @param detail for a build that did not succeed: the sentence after {@code ERROR: }; empty
 *     otherwise
 * @param keptUntil until when the volumes are kept, if they are
 */
public record BuildOutcome(
    Build build, Map<Integer, StepOutcome> steps, String detail, Optional<Instant> keptUntil) {
  public BuildOutcome {
    steps = Map.copyOf(steps);
  }

  /** Nothing of the build is kept. */
  public BuildOutcome(Build build, Map<Integer, StepOutcome> steps, String detail) {
    this(build, steps, detail, Optional.empty());
  }

  public Build.Status status() {
    return build.getStatus();
  }
}
