package dev.groundbuild.runner.overlay;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.steps.StepSpec;
import java.time.Duration;
import java.util.List;

/**
 * The steps that run however the build ended ({@code finally}). They come after the build's own, so
 * that each has an index that no other step has.
 *
 * @param build the build with these steps after its own
 * @param plan of all of its steps; a last step without {@code waitFor} waits for all before it, and
 *     one that names a step of the build does not mind how that ended
 * @param first index of the first of them
 * @param limit for all of them together
 */
public record LastSteps(Build build, BuildPlan plan, int first, Duration limit) {
  /** Only the last ones. */
  public List<StepSpec> steps() {
    return plan.steps().subList(first, plan.steps().size());
  }
}
