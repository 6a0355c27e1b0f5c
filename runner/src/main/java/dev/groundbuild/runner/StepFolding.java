package dev.groundbuild.runner;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import com.google.cloudbuild.v1.Source;
import com.google.cloudbuild.v1.Volume;
import dev.groundbuild.runner.config.Automap;
import dev.groundbuild.steps.StepSpec;
import dev.groundbuild.steps.StepSpec.StepVolume;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Folds the settings of a build into each of its steps. */
final class StepFolding {
  private static final String WORKSPACE = "/workspace";

  private final Build build;
  private final SortedMap<String, String> substitutions;

  StepFolding(Build build, SortedMap<String, String> substitutions) {
    this.build = build;
    this.substitutions = substitutions;
  }

  List<StepSpec> steps() {
    List<StepSpec> specs = new ArrayList<>();
    for (BuildStep step : build.getStepsList()) {
      specs.add(spec(specs.size(), step));
    }
    return specs;
  }

  private StepSpec spec(int index, BuildStep step) {
    Set<String> secretEnv = new TreeSet<>(build.getOptions().getSecretEnvList());
    secretEnv.addAll(step.getSecretEnvList());
    String entrypoint = nullIfEmpty(step.getEntrypoint());
    return new StepSpec(
        index,
        Optional.ofNullable(nullIfEmpty(step.getId())),
        step.getName(),
        entrypoint == null ? null : List.of(entrypoint),
        step.getArgsList(),
        nullIfEmpty(step.getScript()),
        env(step, secretEnv),
        secretEnv,
        workdir(sourceDir(build.getSource()), step.getDir()),
        volumes(step),
        timeout(step),
        step.getAllowFailure(),
        Set.copyOf(step.getAllowExitCodesList()));
  }

  /**
   * Cloud Build: {@code options.env} first, then the step's, and the later one of a name wins;
   * {@code automapSubstitutions} maps every substitution, and what is set otherwise overrides it.
   * Assumed: a secret of the same name does so, too.
   */
  private SortedMap<String, String> env(BuildStep step, Set<String> secretEnv) {
    SortedMap<String, String> env = new TreeMap<>();
    if (Automap.applies(build, step)) {
      env.putAll(substitutions);
      env.keySet().removeAll(secretEnv);
    }
    putAll(env, build.getOptions().getEnvList());
    putAll(env, step.getEnvList());
    return env;
  }

  private static void putAll(SortedMap<String, String> env, List<String> entries) {
    for (String entry : entries) {
      int equals = entry.indexOf('=');
      if (equals < 0) {
        throw new IllegalStateException("unchecked build: env \"" + entry + "\" without \"=\"");
      }
      env.put(entry.substring(0, equals), entry.substring(equals + 1));
    }
  }

  /**
   * Cloud Build: an absolute {@code dir} is taken as it is and ignores the source's; any other is
   * below /workspace and the source's, and cleaned.
   */
  private static String workdir(String sourceDir, String dir) {
    return dir.startsWith("/") ? dir : clean(WORKSPACE + "/" + sourceDir + "/" + dir);
  }

  /** An absolute path without empty parts, {@code .} and {@code ..}. */
  private static String clean(String path) {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return "/" + String.join("/", parts);
  }

  private static String sourceDir(Source source) {
    return switch (source.getSourceCase()) {
      case REPO_SOURCE -> source.getRepoSource().getDir();
      case GIT_SOURCE -> source.getGitSource().getDir();
      case CONNECTED_REPOSITORY -> source.getConnectedRepository().getDir();
      case STORAGE_SOURCE, STORAGE_SOURCE_MANIFEST, SOURCE_NOT_SET -> "";
    };
  }

  private List<StepVolume> volumes(BuildStep step) {
    List<StepVolume> volumes = new ArrayList<>();
    for (Volume volume : build.getOptions().getVolumesList()) {
      volumes.add(new StepVolume(volume.getName(), volume.getPath()));
    }
    for (Volume volume : step.getVolumesList()) {
      volumes.add(new StepVolume(volume.getName(), volume.getPath()));
    }
    return volumes;
  }

  /** Cloud Build: a timeout of zero is none. */
  private static Optional<Duration> timeout(BuildStep step) {
    Duration timeout =
        Duration.ofSeconds(step.getTimeout().getSeconds(), step.getTimeout().getNanos());
    return timeout.isZero() ? Optional.empty() : Optional.of(timeout);
  }

  private static @Nullable String nullIfEmpty(String text) {
    return text.isEmpty() ? null : text;
  }
}
