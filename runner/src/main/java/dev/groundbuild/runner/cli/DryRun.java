package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.steps.BuildSite;
import dev.groundbuild.steps.StepContainer;
import dev.groundbuild.steps.StepSpec;
import dev.groundbuild.steps.engine.ContainerSpec;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import dev.groundbuild.steps.engine.Mount;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Prints each step as the docker command that would run it. */
final class DryRun {
  private DryRun() {}

  static void print(BuildPlan plan, PrintStream out) {
    Map<String, String> volumes = new HashMap<>();
    plan.steps().forEach(step -> step.volumes().forEach(v -> volumes.put(v.name(), v.name())));
    BuildSite site =
        new BuildSite(
            "BUILD_ID",
            new Mount.OfVolume("workspace", StepContainer.WORKSPACE),
            new Mount.OfVolume("home", StepContainer.HOME),
            "/var/run/docker.sock",
            volumes,
            "cloudbuild",
            Privileges.PRIVILEGED,
            Map.of());
    for (StepSpec step : plan.steps()) {
      out.println("# " + step.label() + waits(plan, step));
      out.println(command(StepContainer.spec(step, step.image(), site, Map.of())));
    }
  }

  private static String waits(BuildPlan plan, StepSpec step) {
    String earlier =
        plan.waitFor().get(step.index()).stream()
            .map(i -> "#" + i)
            .collect(Collectors.joining(", "));
    return earlier.isEmpty() ? ", at once" : ", after " + earlier;
  }

  private static String command(ContainerSpec spec) {
    List<String> words = new ArrayList<>(List.of("docker", "run", "--rm", "--privileged"));
    words.addAll(List.of("--name", spec.name()));
    for (Mount mount : spec.mounts()) {
      String from =
          switch (mount) {
            case Mount.OfVolume v -> v.volume();
            case Mount.OfHost h -> h.hostPath();
          };
      words.addAll(List.of("--volume", from + ":" + mount.path()));
    }
    words.addAll(List.of("--workdir", spec.workdir(), "--network", String.valueOf(spec.network())));
    new TreeMap<>(spec.env()).forEach((k, v) -> words.addAll(List.of("--env", k + "=" + v)));
    List<String> entrypoint = spec.entrypoint();
    if (entrypoint != null) {
      words.addAll(List.of("--entrypoint", entrypoint.getFirst()));
    }
    words.add(spec.image());
    words.addAll(spec.args());
    return words.stream().map(DryRun::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
