package dev.groundbuild.runner.cli;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.BuildOutcome;
import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.BuildRequest;
import dev.groundbuild.runner.BuildRunner;
import dev.groundbuild.runner.Intervention;
import dev.groundbuild.runner.Preparation;
import dev.groundbuild.runner.config.Problem;
import dev.groundbuild.runner.console.BuildLog;
import dev.groundbuild.runner.console.ConsoleChoice;
import dev.groundbuild.runner.console.Ending;
import dev.groundbuild.runner.console.HeldView;
import dev.groundbuild.runner.console.LogFile;
import dev.groundbuild.runner.console.LogSink;
import dev.groundbuild.runner.console.Terminal;
import dev.groundbuild.runner.status.BuildKeeper;
import dev.groundbuild.runner.status.BuildRecord;
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
import org.jspecify.annotations.Nullable;
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
      "  groundbuild run --debug                 a shell in the first step that fails",
      "  groundbuild run --debug=test            a shell at the end of step test",
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
  @Mixin private DebugOptions debug = new DebugOptions();

  @Option(
      names = "--dryrun",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "Print the docker command of each step instead of running it.")
  private boolean dryrun;

  @Option(
      names = "--push",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "Push the config's images after the last step. Not there yet: refused.")
  private boolean push;

  @Option(
      names = "--no-privileged",
      description =
          "Give steps the engine's default rights instead of --privileged, which they have in the cloud.")
  private boolean noPrivileged;

  @Option(
      names = "--build-json",
      paramLabel = "FILE",
      description = "Write the finished Build resource, as Cloud Build returns it.")
  private @Nullable String buildJson;

  @Option(
      names = "--log",
      paramLabel = "FORM",
      description =
          "auto (default): live on a terminal, plain elsewhere; plain: Cloud Build's log; json: one event per line.")
  private ConsoleChoice.Form log = ConsoleChoice.Form.AUTO;

  @Option(names = "--color", paramLabel = "WHEN", description = "auto (default), always or never.")
  private ConsoleChoice.Color color = ConsoleChoice.Color.AUTO;

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      description = "docker (default), or fake: steps do nothing, to try a config's order.")
  private EngineChoice engineChoice = EngineChoice.docker;

  enum EngineChoice {
    docker,
    fake
  }

  RunCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    checkOptions();
    debug.keepFor();
    String id = UUID.randomUUID().toString();
    SourceOptions.Chosen source = sources.choose(shell, options);
    try (source) {
      Preparation preparation = options.prepare(shell, source, id);
      if (log != ConsoleChoice.Form.JSON || preparation instanceof Preparation.Refused) {
        preparation.problems().forEach(shell.err()::println);
      }
      return switch (preparation) {
        case Preparation.Refused refused -> refused(refused.problems());
        case Preparation.Ready ready -> dryrun ? dryRun(ready) : run(ready, source, id);
      };
    }
  }

  private void checkOptions() {
    if (push) {
      throw new UsageException(
          "--push is not there yet; run without it: images are built and checked, not pushed");
    }
    if (buildJson != null) {
      BuildRecord.problemWith(shell.path(buildJson).toString())
          .ifPresent(problem -> {
            throw new UsageException(problem);
          });
    }
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

  private int run(Preparation.Ready ready, SourceOptions.Chosen source, String id)
      throws IOException {
    refuseSecrets(ready.plan());
    Optional<Integer> stop = debug.step(ready.plan());
    Optional<Terminal> terminal = terminal();
    Build build = ready.queued(id, clock.instant());
    try (ContainerEngine engine = engine();
        BuildKeeper keeper = shell.history(clock).start(build)) {
      clearLeftovers(engine);
      Ending ending = new Ending(Optional.of(rerun()), Optional.of(keeper.log()));
      StepKeeping keeping = new StepKeeping(engine, clock, stop, debug.keepFor());
      BuildOutcome outcome;
      try (BuildLog buildLog =
          BuildLog.open(List.of(LogFile.open(keeper.log()), view(terminal, ending)), clock)) {
        BuildRequest request =
            new BuildRequest(
                build,
                ready.plan(),
                source.files(),
                noPrivileged ? Privileges.DEFAULT : Privileges.PRIVILEGED,
                source.export());
        try (Cancelling _ = Cancelling.onSignals(Thread.currentThread(), shell.err())) {
          outcome =
              new BuildRunner(engine, clock)
                  .run(
                      request,
                      event -> {
                        keeper.on(event);
                        buildLog.on(event);
                      },
                      buildLog,
                      intervention(engine, buildLog, terminal, stop, keeping));
        }
      }
      if (buildJson != null) {
        BuildRecord.write(shell.path(buildJson), outcome.build());
      }
      keeper.problem().ifPresent(shell.err()::println);
      keeping.said().forEach(shell.err()::println);
      return ExitCode.of(outcome.status());
    }
  }

  /** The terminal, when it is wanted for looking into steps and can be had. */
  private Optional<Terminal> terminal() {
    return debug.wanted() && shell.own() && log != ConsoleChoice.Form.JSON
        ? Terminal.ofProcess()
        : Optional.empty();
  }

  private LogSink view(Optional<Terminal> terminal, Ending ending) {
    LogSink view = shell.console(new ConsoleChoice(log, color), ending, clock);
    return terminal.isPresent() ? new HeldView(view, clock) : view;
  }

  private Intervention intervention(
      ContainerEngine engine,
      BuildLog buildLog,
      Optional<Terminal> terminal,
      Optional<Integer> stop,
      StepKeeping keeping) {
    if (!debug.wanted()) {
      return Intervention.NONE;
    }
    return terminal
        .<Intervention>map(t -> new DebugSession(new ShellTerminal(engine, t), buildLog, stop))
        .orElse(keeping);
  }

  private ContainerEngine engine() {
    return switch (engineChoice) {
      case docker -> DockerEngine.ofEnvironment();
      case fake -> new FakeEngine();
    };
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
