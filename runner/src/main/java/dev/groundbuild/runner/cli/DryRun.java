package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.BuildRequest.WorkspaceSource;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Prints each step as the docker command that would run it.
 *
 * @param leftOut steps that would not run
 */
record DryRun(BuildPlan plan, Set<Integer> leftOut, Privileges privileges, WorkspaceSource source) {
  DryRun {
    leftOut = Set.copyOf(leftOut);
  }

  void print(PrintStream out) {
    BuildSite site = site();
    for (StepSpec step : plan.steps()) {
      if (!leftOut.contains(step.index())) {
        out.println("# " + step.label() + waits(step));
        out.println(
            command(StepContainer.spec(step, step.image(), site, Map.of()), step.secretEnv()));
      }
    }
    for (StepSpec step : plan.last().steps()) {
      out.println("# " + step.label() + ", however the build ended");
      out.println(
          command(StepContainer.spec(step, step.image(), site, Map.of()), step.secretEnv()));
    }
  }

  private BuildSite site() {
    Map<String, String> volumes = new HashMap<>();
    plan.allSteps().forEach(step -> step.volumes().forEach(v -> volumes.put(v.name(), v.name())));
    Mount workspace =
        source instanceof WorkspaceSource.Bound bound
            ? new Mount.OfHost(bound.folder().toString(), StepContainer.WORKSPACE, false)
            : new Mount.OfVolume("workspace", StepContainer.WORKSPACE);
    return new BuildSite(
        "BUILD_ID",
        workspace,
        new Mount.OfVolume("home", StepContainer.HOME),
        "/var/run/docker.sock",
        volumes,
        "cloudbuild",
        privileges,
        Map.of());
  }

  private String waits(StepSpec step) {
    String earlier =
        plan.waitFor().get(step.index()).stream()
            .filter(i -> !leftOut.contains(i))
            .map(i -> "#" + i)
            .collect(Collectors.joining(", "));
    return earlier.isEmpty() ? ", at once" : ", after " + earlier;
  }

  /** A secret has the value that the variable has where the command is run. */
  private static String command(ContainerSpec spec, Set<String> secrets) {
    List<String> words = new ArrayList<>(List.of("docker", "run", "--rm"));
    if (spec.privileges() == Privileges.PRIVILEGED) {
      words.add("--privileged");
    }
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
    secrets.stream()
        .filter(name -> !spec.env().containsKey(name))
        .forEach(name -> words.addAll(List.of("--env", name)));
    List<String> entrypoint = spec.entrypoint();
    if (entrypoint != null) {
      words.addAll(List.of("--entrypoint", entrypoint.getFirst()));
    }
    words.add(spec.image());
    words.addAll(spec.args());
    return ShellWords.join(words);
  }
}
