package dev.groundbuild.runner.cli;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.BuildRequest;
import dev.groundbuild.runner.Preparation;
import dev.groundbuild.runner.Resumption;
import dev.groundbuild.runner.config.Problem;
import dev.groundbuild.runner.status.KeptRequest;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
      "  groundbuild run --keep-workspace        then, after a failure: groundbuild resume",
      "  groundbuild run --only=lint,test --step-timeout=10m",
      "  groundbuild run --watch",
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

  @Mixin private LaunchOptions launching = new LaunchOptions();

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "STEP",
      description =
          "Run only these steps (ids or numbers), in their order; waits for others are left out.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--step-timeout",
      paramLabel = "DURATION",
      converter = DurationText.class,
      description = "Timeout for steps that have none of their own, such as 10m.")
  private Duration stepTimeout = Duration.ZERO;

  @Option(
      names = "--watch",
      description = {
        "Run again whenever the source folder changes; a build that runs then is cancelled.",
        "Files that the ignore rules leave out don't count. Ctrl-C ends."
      })
  private boolean watch;

  RunCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    checkOptions();
    if (!watch) {
      return once(_ -> () -> {});
    }
    Set<Path> written = new HashSet<>();
    Stream.of(launching.buildJson(), sources.writeWorkspace())
        .filter(Objects::nonNull)
        .forEach(path -> written.add(shell.path(path)));
    return new Watch(shell, sources.watched(shell), written).run(this::once);
  }

  private int once(Launch.Alongside alongside) throws IOException {
    String id = UUID.randomUUID().toString();
    SourceOptions.Chosen source = sources.choose(shell, options);
    try (source) {
      KeptRequest.Words words =
          new KeptRequest.Words(
              source.config().build(),
              options.door(),
              options.builtIns(shell, source, id),
              options.overrides(),
              stepTimeout);
      Preparation preparation =
          Preparation.of(source.config(), words.builtIns(), words.overrides(), words.door());
      if (!launching.isJson() || preparation instanceof Preparation.Refused) {
        preparation.problems().forEach(shell.err()::println);
      }
      return switch (preparation) {
        case Preparation.Refused refused -> refused(refused.problems());
        case Preparation.Ready ready ->
            dryrun
                ? dryRun(ready.withStepTimeout(stepTimeout))
                : launch(ready.withStepTimeout(stepTimeout), words, source, id, alongside);
      };
    }
  }

  private void checkOptions() {
    if (push) {
      throw new UsageException(
          "--push is not there yet; run without it: images are built and checked, not pushed");
    }
    launching.check(shell);
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

  private int launch(
      Preparation.Ready ready,
      KeptRequest.Words words,
      SourceOptions.Chosen source,
      String id,
      Launch.Alongside alongside)
      throws IOException {
    Build build = ready.queued(id, clock.instant());
    Set<Integer> leftOut =
        only.isEmpty() ? Set.of() : StepChoice.allBut(ready.plan(), only, "--only");
    BuildRequest request =
        new BuildRequest(
            build,
            ready.plan(),
            source.files(),
            noPrivileged ? Privileges.DEFAULT : Privileges.PRIVILEGED,
            source.export(),
            launching.keeping(LaunchOptions.When.never),
            new Resumption(1, Map.of(), leftOut));
    KeptRequest asked =
        new KeptRequest(
            words, build, ready.substitutions(), leftOut, !noPrivileged, source.content());
    return new Launch(shell, launching, rerun(), clock, alongside).start(request, asked);
  }

  private String rerun() {
    return "groundbuild " + String.join(" ", spec.commandLine().getParseResult().originalArgs());
  }
}
