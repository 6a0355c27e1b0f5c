package dev.groundbuild.steps;

import dev.groundbuild.steps.StepSpec.StepVolume;
import dev.groundbuild.steps.engine.ContainerSpec;
import dev.groundbuild.steps.engine.ContainerSpec.ContainerFile;
import dev.groundbuild.steps.engine.Mount;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Says what the container of a step is like. */
public final class StepContainer {
  public static final String WORKSPACE = "/workspace";
  public static final String HOME = "/builder/home";
  static final String OUTPUTS = "/builder/outputs";
  static final String DOCKER_SOCKET = "/var/run/docker.sock";
  private static final String SCRIPT = "/builder/script";

  /** Cloud Build: the file whose first 50 KB are the step's output. */
  static final String OUTPUT_FILE = "output";

  /** Beside it, what the cloud does not have; out of the way of whoever lists the folder. */
  static final String VARIABLES_FILE = ".groundbuild.env";

  private static final String DEFAULT_SHEBANG = "#!/bin/sh\n";

  private StepContainer() {}

  /** Unique on the engine; within the build's network the step is {@code step_N}. */
  public static String name(StepSpec step, BuildSite site) {
    return "groundbuild_" + site.buildId() + "_step_" + step.index();
  }

  /** The program that a script asks for. */
  static String interpreter(String script) {
    String first = shebanged(script).lines().findFirst().orElse("").substring(2).strip();
    return first.split("\\s+", 2)[0];
  }

  /** Cloud Build: no shebang means {@code #!/bin/sh}. */
  private static String shebanged(String script) {
    return script.startsWith("#!") ? script : DEFAULT_SHEBANG + script;
  }

  /**
   * Cloud Build: workspace, home and Docker socket are mounted; HOME and BUILDER_OUTPUT are set
   * unless the step sets them; a secret is set only if the name is not. Here only: GROUNDBUILD_ENV
   * names the file for {@link StepVariables}.
   *
   * @param image what to run, as the engine knows it
   */
  public static ContainerSpec spec(
      StepSpec step, String image, BuildSite site, Map<String, String> secrets) {
    @Nullable String script = step.script();
    return new ContainerSpec(
        name(step, site),
        image,
        script == null ? step.entrypoint() : List.of(SCRIPT),
        script == null ? step.args() : List.of(),
        env(step, site, secrets),
        step.workdir(),
        mounts(step, site),
        site.network(),
        List.of("step_" + step.index()),
        site.privileges(),
        labels(step, site),
        files(script),
        List.of(),
        site.surroundings().hosts());
  }

  private static Map<String, String> env(
      StepSpec step, BuildSite site, Map<String, String> secrets) {
    Map<String, String> env = new TreeMap<>(site.surroundings().env());
    env.put("HOME", HOME);
    env.put("BUILDER_OUTPUT", OUTPUTS);
    env.put("GROUNDBUILD_ENV", OUTPUTS + "/" + VARIABLES_FILE);
    env.putAll(step.env());
    secrets.forEach(env::putIfAbsent);
    return env;
  }

  static List<Mount> mounts(StepSpec step, BuildSite site) {
    List<Mount> mounts = new ArrayList<>();
    mounts.add(site.workspace());
    mounts.add(site.home());
    mounts.add(new Mount.OfHost(site.dockerSocket(), DOCKER_SOCKET, false));
    for (StepVolume volume : step.volumes()) {
      String name = site.volumes().get(volume.name());
      if (name == null) {
        throw new IllegalStateException("the build has no volume " + volume.name());
      }
      mounts.add(new Mount.OfVolume(name, volume.path()));
    }
    return mounts;
  }

  private static Map<String, String> labels(StepSpec step, BuildSite site) {
    Map<String, String> labels = new TreeMap<>(site.labels());
    labels.put(Labels.STEP, Integer.toString(step.index()));
    step.id().ifPresent(id -> labels.put(Labels.STEP_ID, id));
    return labels;
  }

  /** Everyone may write outputs, whatever the image's user. */
  private static List<ContainerFile> files(@Nullable String script) {
    List<ContainerFile> files = new ArrayList<>();
    files.add(new ContainerFile(OUTPUTS, 0777, Optional.empty()));
    if (script != null) {
      String text = shebanged(script);
      files.add(
          new ContainerFile(SCRIPT, 0755, Optional.of(text.getBytes(StandardCharsets.UTF_8))));
    }
    return files;
  }
}
