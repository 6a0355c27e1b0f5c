package dev.groundbuild.runner.diff;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How two builds differ. Times are no difference: they are never the same.
 *
 * @param before the first build
 * @param after the second build
 * @param config fields of the build but its steps and substitutions
 * @param substitutions the values, {@code BUILD_ID} aside
 * @param added steps that only the second build has
 * @param removed steps that only the first build has
 * @param changed steps that both have, with the fields that differ
 * @param order of the steps that both have, if it is another one: their names
 * @param images digests of what the steps ran and of what was made
 * @param times of the steps that both have, and of the whole
 */
public record BuildDiff(
    Side before,
    Side after,
    List<Change> config,
    List<Change> substitutions,
    List<Step> added,
    List<Step> removed,
    List<ChangedStep> changed,
    Optional<Order> order,
    List<Change> images,
    List<Times> times) {
  public BuildDiff {
    config = List.copyOf(config);
    substitutions = List.copyOf(substitutions);
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    changed = List.copyOf(changed);
    images = List.copyOf(images);
    times = List.copyOf(times);
  }

  /**
   * One of the builds.
   *
   * @param source what was built, as its user named it; empty if that is not known
   */
  public record Side(
      String id, String status, String started, Optional<Duration> took, String source) {}

  /**
   * A step that only one build has.
   *
   * @param name its id, or {@code #2} without one
   */
  public record Step(int index, String name, String image) {}

  /** A step that both builds have. */
  public record ChangedStep(String name, List<Change> fields) {
    public ChangedStep {
      fields = List.copyOf(fields);
    }
  }

  /** The names of the common steps, as each build has them. */
  public record Order(List<String> before, List<String> after) {
    public Order {
      before = List.copyOf(before);
      after = List.copyOf(after);
    }
  }

  /**
   * How long something took.
   *
   * @param before empty if it did not run in the first build
   * @param after empty if it did not run in the second build
   */
  public record Times(String name, Optional<Duration> before, Optional<Duration> after) {

    /** The growth in percent of the first; empty unless both ran, the first measurably long. */
    Optional<Double> percent() {
      if (before.isEmpty() || after.isEmpty() || before.get().toMillis() <= 0) {
        return Optional.empty();
      }
      double growth = after.get().toNanos() - (double) before.get().toNanos();
      return Optional.of(100 * growth / before.get().toNanos());
    }
  }

  /** Whether nothing but times differs. */
  public boolean isSame() {
    return before.status().equals(after.status())
        && config.isEmpty()
        && substitutions.isEmpty()
        && added.isEmpty()
        && removed.isEmpty()
        && changed.isEmpty()
        && order.isEmpty()
        && images.isEmpty();
  }
}
