package dev.groundbuild.steps;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One step as it will run: every substitution done, every default filled in, build-wide settings
 * folded in.
 *
 * @param index position in the config, from 0
 * @param id the step's own id, or empty
 * @param image the image as the config names it
 * @param entrypoint replaces the image's; null keeps it
 * @param args arguments, verbatim
 * @param script text of a script that is run instead of entrypoint and args; null for none
 * @param env the variables that the config asks for, by name; neither HOME nor BUILDER_OUTPUT
 *     unless the config sets them
 * @param secretEnv names of variables whose values are secrets
 * @param workdir absolute path inside the container
 * @param volumes volumes of the config, build-wide ones first
 * @param timeout from start to end of the container, without the pull; empty for none
 * @param allowFailure whether any failure is forgiven
 * @param allowExitCodes the exit codes that are forgiven; when there are any, allowFailure no
 *     longer matters
 * @param title its name in logs, without the id
 */
public record StepSpec(
    int index,
    Optional<String> id,
    String image,
    @Nullable List<String> entrypoint,
    List<String> args,
    @Nullable String script,
    SortedMap<String, String> env,
    Set<String> secretEnv,
    String workdir,
    List<StepVolume> volumes,
    Optional<Duration> timeout,
    boolean allowFailure,
    Set<Integer> allowExitCodes,
    String title) {

  /** A volume of the config, shared by the steps that name it. */
  public record StepVolume(String name, String path) {}

  public StepSpec {
    entrypoint = entrypoint == null ? null : List.copyOf(entrypoint);
    args = List.copyOf(args);
    env = Collections.unmodifiableSortedMap(new TreeMap<>(env));
    secretEnv = Collections.unmodifiableSortedSet(new TreeSet<>(secretEnv));
    volumes = List.copyOf(volumes);
    allowExitCodes = Set.copyOf(allowExitCodes);
  }

  /** A step of the config's own. */
  public StepSpec(
      int index,
      Optional<String> id,
      String image,
      @Nullable List<String> entrypoint,
      List<String> args,
      @Nullable String script,
      SortedMap<String, String> env,
      Set<String> secretEnv,
      String workdir,
      List<StepVolume> volumes,
      Optional<Duration> timeout,
      boolean allowFailure,
      Set<Integer> allowExitCodes) {
    this(
        index,
        id,
        image,
        entrypoint,
        args,
        script,
        env,
        secretEnv,
        workdir,
        volumes,
        timeout,
        allowFailure,
        allowExitCodes,
        "Step #" + index);
  }

  /** The same with other volumes. */
  public StepSpec withVolumes(List<StepVolume> others) {
    return new StepSpec(
        index,
        id,
        image,
        entrypoint,
        args,
        script,
        env,
        secretEnv,
        workdir,
        others,
        timeout,
        allowFailure,
        allowExitCodes,
        title);
  }

  /** The same by another number and title. */
  public StepSpec named(int number, String otherTitle) {
    return new StepSpec(
        number,
        id,
        image,
        entrypoint,
        args,
        script,
        env,
        secretEnv,
        workdir,
        volumes,
        timeout,
        allowFailure,
        allowExitCodes,
        otherTitle);
  }

  /**
   * The same with more variables: what the config itself sets, secrets among it, stays as it is.
   */
  public StepSpec with(Map<String, String> variables) {
    SortedMap<String, String> all = new TreeMap<>(variables);
    all.keySet().removeAll(secretEnv);
    all.putAll(env);
    return new StepSpec(
        index,
        id,
        image,
        entrypoint,
        args,
        script,
        all,
        secretEnv,
        workdir,
        volumes,
        timeout,
        allowFailure,
        allowExitCodes,
        title);
  }

  /** The step's name in logs: {@code Step #2} or {@code Step #2 - "run-tests"}. */
  public String label() {
    return title + id.map(i -> " - \"" + i + "\"").orElse("");
  }

  /**
   * Whether a failure with this exit code lets the build go on. Cloud Build: allowExitCodes take
   * precedence.
   */
  public boolean forgives(int exitCode) {
    return allowExitCodes.isEmpty() ? allowFailure : allowExitCodes.contains(exitCode);
  }
}
