package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.status.KeptBuild;
import dev.groundbuild.steps.docker.DockerEngine;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.EngineException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "ps",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "List the builds that run now, with their running steps and how long they have run.",
    footerHeading = "%nExamples:%n",
    footer = {"  groundbuild ps", "  groundbuild ps 1f0c2a"})
final class PsCommand implements Callable<Integer> {
  private static final String FORM = "%-36s  %7s  %-20s  %7s  %s%n";

  private final Shell shell;
  private final InstantSource clock = InstantSource.system();

  @Parameters(
      arity = "0..1",
      paramLabel = "BUILD",
      description = "Id of a build, or the first part of it. Default: all.")
  private String build = "";

  PsCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    Map<String, Optional<Instant>> builds = new TreeMap<>();
    for (KeptBuild kept : shell.history(clock).list()) {
      if (kept.running()) {
        builds.put(kept.id(), Optional.of(kept.started()));
      }
    }
    try (ContainerEngine engine = DockerEngine.ofEnvironment()) {
      List<RunningStep> steps = RunningStep.on(engine);
      // Those of other users are known by their containers alone.
      steps.forEach(step -> builds.putIfAbsent(step.build(), Optional.empty()));
      builds.keySet().removeIf(id -> !id.startsWith(build));
      if (builds.isEmpty()) {
        shell.err().println("no build" + (build.isEmpty() ? "" : " " + build + "...") + " runs");
        return ExitCode.SUCCESS;
      }
      shell.out().printf(FORM, "BUILD", "TIME", "STEP", "TIME", "CONTAINER");
      builds.forEach((id, started) ->
          lines(engine, steps.stream().filter(s -> s.build().equals(id)).toList())
              .forEach(step ->
                  shell
                      .out()
                      .printf(FORM, id, time(started), step.get(0), step.get(1), step.get(2))));
      shell.out().flush();
      return ExitCode.SUCCESS;
    }
  }

  private List<List<String>> lines(ContainerEngine engine, List<RunningStep> steps) {
    List<List<String>> lines = new ArrayList<>();
    for (RunningStep step : steps) {
      lines.add(List.of(step.label(), time(started(engine, step)), step.container()));
    }
    return lines.isEmpty() ? List.of(List.of("-", "-", "-")) : lines;
  }

  /** It may have ended since we saw it. */
  private static Optional<Instant> started(ContainerEngine engine, RunningStep step) {
    try {
      return engine.startedAt(step.container());
    } catch (EngineException e) {
      return Optional.empty();
    }
  }

  private String time(Optional<Instant> since) {
    if (since.isEmpty()) {
      return "-";
    }
    Duration time = Duration.between(since.get(), clock.instant());
    return time.toHours() > 0
        ? "%d:%02d:%02d".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart())
        : "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
  }
}
