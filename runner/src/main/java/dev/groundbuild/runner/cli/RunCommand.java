package dev.groundbuild.runner.cli;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.BuildOutcome;
import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.BuildRequest;
import dev.groundbuild.runner.BuildRunner;
import dev.groundbuild.runner.Preparation;
import dev.groundbuild.runner.config.Problem;
import dev.groundbuild.runner.console.BuildLog;
import dev.groundbuild.runner.console.ConsoleChoice;
import dev.groundbuild.runner.console.Ending;
import dev.groundbuild.runner.console.LogFile;
import dev.groundbuild.runner.status.BuildKeeper;
import dev.groundbuild.runner.status.BuildRecord;
import dev.groundbuild.runner.trace.BuildTrace;
import dev.groundbuild.steps.Leftovers;
import dev.groundbuild.steps.StepSpec;
import dev.groundbuild.steps.docker.DockerEngine;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.fake.FakeEngine;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Run a build on this machine's container engine.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild run",
      "  groundbuild run samples/hello --substitutions=_WHO=you",
      "  groundbuild run --config=ci/build.yaml --write-workspace=out .",
      "  groundbuild run https://example.com/repo.git --revision=main",
      "  groundbuild run --log=json --build-json=build.json | jq -r .text",
      "",
      "Ctrl-C cancels the build and clears up; a second Ctrl-C ends at once.",
      "Exit codes: 0 success, 1 build failed, 2 config or usage, 3 engine or internal error,",
      "124 timeout, 130 cancelled."
    })
final class RunCommand implements Callable<Integer> {
  private final Shell shell;
  private final InstantSource clock = InstantSource.system();

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SourceOptions sources = new SourceOptions();
  @Mixin private ConfigOptions options = new ConfigOptions();
  @Mixin private RunOptions how = new RunOptions();

  @Option(
      names = "--push",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "Push the config's images after the last step. Not there yet: refused.")
  private boolean push;

  RunCommand(Shell shell) {
    this.shell = shell;
  }

  /** Runs what another command prepares, as that command's options say. */
  RunCommand(Shell shell, RunOptions how, CommandSpec spec) {
    this.shell = shell;
    this.how = how;
    this.spec = spec;
  }

  /** Prepares a build with these files. */
  @FunctionalInterface
  interface Prepare {
    Preparation with(SourceOptions.Chosen source, String buildId);
  }

  @Override
  public Integer call() throws IOException {
    checkOptions();
    return carryOut(
        () -> sources.choose(shell, options), (source, id) -> options.prepare(shell, source, id));
  }

  /** Prepares a build and runs it, unless it is refused or only to be shown. */
  int carryOut(Supplier<SourceOptions.Chosen> files, Prepare prepare) throws IOException {
    if (how.dryrun) {
      return carryOut(files, prepare, Optional.empty());
    }
    try (EngineOpening opening = EngineOpening.start(this::openEngine)) {
      return carryOut(files, prepare, Optional.of(opening));
    }
  }

  private int carryOut(
      Supplier<SourceOptions.Chosen> files, Prepare prepare, Optional<EngineOpening> engine)
      throws IOException {
    String id = UUID.randomUUID().toString();
    SourceOptions.Chosen source = files.get();
    try (source) {
      Preparation preparation = prepare.with(source, id);
      if (how.log != ConsoleChoice.Form.JSON || preparation instanceof Preparation.Refused) {
        preparation.problems().forEach(shell.err()::println);
      }
      return switch (preparation) {
        case Preparation.Refused refused -> refused(refused.problems());
        case Preparation.Ready ready ->
            engine.isEmpty() ? dryRun(ready) : run(ready, source, id, engine.get());
      };
    }
  }

  private void checkOptions() {
    if (push) {
      throw new UsageException(
          "--push is not there yet; run without it: images are built and checked, not pushed");
    }
    how.check(shell);
  }

  private int refused(List<Problem> problems) {
    long errors = problems.stream().filter(Problem::isError).count();
    shell
        .err()
        .println(
            "groundbuild: the config has "
                + errors
                + (errors == 1 ? " error" : " errors")
                + "; nothing was run");
    return ExitCode.USAGE;
  }

  private int dryRun(Preparation.Ready ready) {
    DryRun.print(ready.plan(), shell.out());
    shell.out().flush();
    return ExitCode.SUCCESS;
  }

  /** A step must not find an empty variable in the place of a secret. */
  private static void refuseSecrets(BuildPlan plan) {
    for (StepSpec step : plan.steps()) {
      if (!step.secretEnv().isEmpty()) {
        throw new UsageException(
            step.label()
                + " wants the secret "
                + step.secretEnv().iterator().next()
                + ", and the values of secrets are not fetched yet; give it another way, or leave the step out");
      }
    }
  }

  private int run(
      Preparation.Ready ready, SourceOptions.Chosen source, String id, EngineOpening opening)
      throws IOException {
    refuseSecrets(ready.plan());
    Build build = ready.queued(id, clock.instant());
    ContainerEngine engine = opening.engine();
    try (BuildKeeper keeper = shell.history(clock).start(build)) {
      keeper.source(source.opened().shown());
      Ending ending = new Ending(Optional.of(rerun()), Optional.of(keeper.log()));
      BuildTrace trace = new BuildTrace();
      BuildOutcome outcome;
      try (BuildLog buildLog =
          BuildLog.open(
              List.of(
                  LogFile.open(keeper.log(), keeper.ownLines()),
                  shell.console(new ConsoleChoice(how.log, how.color), ending, clock)),
              clock)) {
        BuildRequest request =
            new BuildRequest(
                build,
                ready.plan(),
                source.files(),
                how.noPrivileged ? Privileges.DEFAULT : Privileges.PRIVILEGED,
                source.export(),
                trace);
        try (Cancelling _ = Cancelling.onSignals(Thread.currentThread(), shell.err())) {
          outcome =
              new BuildRunner(engine, clock)
                  .run(
                      request,
                      event -> {
                        keeper.on(event);
                        trace.on(event);
                        buildLog.on(event);
                      },
                      buildLog);
        }
      }
      if (how.buildJson != null) {
        BuildRecord.write(shell.path(how.buildJson), outcome.build());
      }
      how.write(shell, trace);
      keeper.problem().ifPresent(shell.err()::println);
      return ExitCode.of(outcome.status());
    }
  }

  private ContainerEngine openEngine() {
    if (how.engineChoice == RunOptions.EngineChoice.fake) {
      return new FakeEngine();
    }
    ContainerEngine engine = DockerEngine.ofEnvironment();
    try {
      clearLeftovers(engine);
      return engine;
    } catch (EngineException e) {
      engine.close();
      throw e;
    }
  }

  /** What can't be removed now is in nobody's way: every name of a build is its own. */
  private void clearLeftovers(ContainerEngine engine) {
    try {
      int removed = Leftovers.removeDead(engine).size();
      if (removed > 0) {
        shell
            .err()
            .println(
                "groundbuild: removed "
                    + removed
                    + " objects that killed builds had left on the engine");
      }
    } catch (EngineException e) {
      if (e.kind() == EngineException.Kind.UNREACHABLE) {
        throw e;
      }
      shell
          .err()
          .println(
              "groundbuild: something that a killed build has left stays on the engine: "
                  + e.getMessage());
    }
  }

  private String rerun() {
    return "groundbuild " + String.join(" ", spec.commandLine().getParseResult().originalArgs());
  }
}
