package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.console.Table;
import dev.groundbuild.runner.console.Took;
import dev.groundbuild.runner.status.BuildHistory;
import dev.groundbuild.runner.status.KeptBuild;
import dev.groundbuild.steps.docker.DockerEngine;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.EngineException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "ps",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "List the builds that run now, with their running steps and how long they have run.",
    footerHeading = "%nExamples:%n",
    footer = {"  groundbuild ps", "  groundbuild ps last"})
final class PsCommand implements Callable<Integer> {
  private final Shell shell;
  private final InstantSource clock = InstantSource.system();

  @Parameters(
      arity = "0..1",
      paramLabel = "BUILD",
      description = BuildChoice.DESCRIPTION + " Default: all that run.")
  private @Nullable String build;

  PsCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    Map<String, Optional<Instant>> builds = new TreeMap<>();
    BuildHistory history = shell.history(clock);
    for (KeptBuild kept : history.list()) {
      if (kept.running()) {
        builds.put(kept.id(), Optional.of(kept.started()));
      }
    }
    try (ContainerEngine engine = DockerEngine.ofEnvironment()) {
      List<RunningStep> steps = RunningStep.on(engine);
      // Those of other users are known by their containers alone.
      steps.forEach(step -> builds.putIfAbsent(step.build(), Optional.empty()));
      String which = "";
      if (build != null) {
        String wanted = BuildChoice.id(history, build, builds.keySet().stream());
        builds.keySet().removeIf(id -> !id.equals(wanted));
        which = " " + wanted;
      }
      if (builds.isEmpty()) {
        shell.err().println("no build" + which + " runs");
        return ExitCode.SUCCESS;
      }
      Table table = new Table().row("BUILD", "TIME", "STEP", "TIME", "CONTAINER");
      builds.forEach((id, started) ->
          rows(
              table,
              Table.cell(id),
              time(started),
              engine,
              steps.stream().filter(s -> s.build().equals(id)).toList()));
      table.lines().forEach(shell.out()::println);
      shell.out().flush();
      return ExitCode.SUCCESS;
    }
  }

  private void rows(
      Table table, String build, String time, ContainerEngine engine, List<RunningStep> steps) {
    for (RunningStep step : steps) {
      String label = Table.cell(step.label());
      String since = time(started(engine, step));
      table.row(build, time, label, since, Table.cell(step.container()));
    }
    if (steps.isEmpty()) {
      table.row(build, time, "-", "-", "-");
    }
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
    return since.map(at -> Took.clock(Duration.between(at, clock.instant()))).orElse("-");
  }
}
