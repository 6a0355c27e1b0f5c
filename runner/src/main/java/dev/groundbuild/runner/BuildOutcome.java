package dev.groundbuild.runner;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.steps.StepOutcome;
import java.util.Map;

/**
 * How a build ended.
 *
 * @param build the finished resource: status, timing, results, failure info, as Cloud Build would
 *     return it
 * @param steps outcome of each step that was started, by index
 * @param detail for a build that did not succeed: the sentence after {@code ERROR: }; empty
 *     otherwise
 */
public record BuildOutcome(Build build, Map<Integer, StepOutcome> steps, String detail) {
  public BuildOutcome {
    steps = Map.copyOf(steps);
  }

  public Build.Status status() {
    return build.getStatus();
  }
}
