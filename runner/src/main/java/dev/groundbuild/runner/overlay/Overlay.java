package dev.groundbuild.runner.overlay;

import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.StepRetries;
import dev.groundbuild.steps.StepSpec;
import dev.groundbuild.steps.StepSpec.StepVolume;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An overlay as it will be used: checked, every substitution done, every default filled in.
 *
 * @param services in the order of the file
 * @param caches in the order of the file
 * @param steps by the index of the step in the build config; only those that the overlay names
 * @param last the steps that run however the build ended, if there are any
 */
public record Overlay(
    List<SideContainer> services,
    List<Cache> caches,
    SortedMap<Integer, StepOverlay> steps,
    Optional<LastSteps> last) {
  /** No overlay. */
  public static final Overlay NONE =
      new Overlay(List.of(), List.of(), new TreeMap<>(), Optional.empty());

  public Overlay {
    services = List.copyOf(services);
    caches = List.copyOf(caches);
    steps = Collections.unmodifiableSortedMap(new TreeMap<>(steps));
  }

  /** A plan whose steps see the caches, are run again, and have others after them. */
  public BuildPlan over(BuildPlan plan) {
    BuildPlan own = new BuildPlan(withCaches(plan.steps()), plan.waitFor()).retrying(retries());
    return last.map(l -> own.andFinally(withCaches(l.steps()), l.limit())).orElse(own);
  }

  private List<StepSpec> withCaches(List<StepSpec> plain) {
    List<StepVolume> mounted =
        caches.stream().map(cache -> new StepVolume(cache.volume(), cache.path())).toList();
    return caches.isEmpty() ? plain : plain.stream().map(step -> with(step, mounted)).toList();
  }

  private static StepSpec with(StepSpec step, List<StepVolume> mounted) {
    List<StepVolume> volumes = new ArrayList<>(step.volumes());
    volumes.addAll(mounted);
    return step.withVolumes(volumes);
  }

  /** How often which steps are tried again, by index. */
  public Map<Integer, StepRetries> retries() {
    Map<Integer, StepRetries> retries = new TreeMap<>();
    steps.forEach((index, step) -> step.retries().ifPresent(r -> retries.put(index, r)));
    return retries;
  }

  /** What is made of which steps' containers, by index. */
  public Map<Integer, Commit> commits() {
    Map<Integer, Commit> commits = new TreeMap<>();
    steps.forEach((index, step) -> step.commit().ifPresent(c -> commits.put(index, c)));
    return commits;
  }
}
