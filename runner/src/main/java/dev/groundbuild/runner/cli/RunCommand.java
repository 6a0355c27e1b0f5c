package dev.groundbuild.runner.cli;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.BuildRequest;
import dev.groundbuild.runner.Preparation;
import dev.groundbuild.runner.Resumption;
import dev.groundbuild.runner.Surroundings;
import dev.groundbuild.runner.config.Problem;
import dev.groundbuild.runner.console.ConsoleChoice;
import dev.groundbuild.runner.source.FolderState;
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
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
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
      "  groundbuild run --debug                 a shell in the first step that fails",
      "  groundbuild run --only=lint,test --step-timeout=10m",
      "  groundbuild run --watch",
      "  groundbuild run --push                  images and artifacts go where the config says",
      "  groundbuild run --artifacts-dir=out     gs://bucket/path becomes out/bucket/path",
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
  @Mixin private OverlayOptions overlays = new OverlayOptions();
  @Mixin private RunOptions how = new RunOptions();
  private boolean ownSource;
  private Launch.Alongside alongside = _ -> () -> {};

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

  /** Runs what another command prepares, as that command's options say. */
  RunCommand(Shell shell, RunOptions how, CommandSpec spec) {
    this.shell = shell;
    this.how = how;
    this.spec = spec;
  }

  /** A build that was prepared, and of what. */
  record Prepared(KeptRequest.Words words, Preparation preparation) {}

  /** Prepares a build with these files. */
  @FunctionalInterface
  interface Prepare {
    Prepared with(SourceOptions.Chosen source, String buildId);
  }

  @Override
  public Integer call() throws IOException {
    checkOptions();
    if (!watch) {
      return once();
    }
    Set<Path> written = new HashSet<>();
    Stream.of(how.launching.buildJson, how.launching.trace, sources.writeWorkspace())
        .filter(Objects::nonNull)
        .forEach(path -> written.add(shell.path(path)));
    FolderState.Watched watched =
        new FolderState.Watched(sources.watched(shell), sources.watchedConfigs(shell), written);
    return new Watch(shell, watched)
        .run(changes -> {
          alongside = changes;
          return once();
        });
  }

  private int once() throws IOException {
    ownSource = true;
    return carryOut(() -> sources.choose(shell, options), this::prepared);
  }

  /** A build of the cloud's has none. */
  private Optional<OverlayFile> overlay(SourceOptions.Chosen source) {
    return ownSource ? sources.overlay(shell, overlays, source) : Optional.empty();
  }

  private Prepared prepared(SourceOptions.Chosen source, String id) {
    KeptRequest.Words words =
        new KeptRequest.Words(
            source.config().build(),
            options.door(),
            options.builtIns(shell, source, id),
            options.overrides(),
            stepTimeout,
            false);
    return new Prepared(words, words.prepare(source.config()));
  }

  /** Prepares a build and runs it, unless it is refused or only to be shown. */
  int carryOut(Supplier<SourceOptions.Chosen> files, Prepare prepare) throws IOException {
    if (how.dryrun) {
      return carryOut(files, prepare, Optional.empty());
    }
    try (EngineOpening opening =
        EngineOpening.start(() -> Launch.open(shell, how.launching, clock))) {
      return carryOut(files, prepare, Optional.of(opening));
    }
  }

  private int carryOut(
      Supplier<SourceOptions.Chosen> files, Prepare prepare, Optional<EngineOpening> engine)
      throws IOException {
    String id = UUID.randomUUID().toString();
    SourceOptions.Chosen source = files.get();
    try (source) {
      Prepared prepared = prepare.with(source, id);
      Preparation preparation = prepared.preparation();
      Optional<Overlaid> overlaid =
          overlay(source)
              .map(file -> Overlaid.of(file, preparation, source.config(), options.door()));
      List<Problem> problems = new ArrayList<>(preparation.problems());
      overlaid.ifPresent(over -> problems.addAll(over.problems()));
      boolean refused = problems.stream().anyMatch(Problem::isError);
      if (how.launching.log != ConsoleChoice.Form.JSON || refused) {
        problems.forEach(shell.err()::println);
      }
      if (refused || !(preparation instanceof Preparation.Ready ready)) {
        return refused(problems);
      }
      return engine.isEmpty()
          ? dryRun(ready, overlaid, source)
          : run(ready, overlaid, prepared.words(), source, id, engine.get());
    }
  }

  private void checkOptions() {
    how.launching.check(shell);
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

  private int dryRun(
      Preparation.Ready ready, Optional<Overlaid> overlaid, SourceOptions.Chosen source) {
    BuildPlan plan = overlaid.map(over -> over.over(ready.plan())).orElse(ready.plan());
    overlaid.ifPresent(over -> over.lines().forEach(line -> shell.out().println("# " + line)));
    new DryRun(plan, leftOut(plan), privileges(), source.files()).print(shell.out());
    shell.out().flush();
    return ExitCode.SUCCESS;
  }

  private int run(
      Preparation.Ready ready,
      Optional<Overlaid> overlaid,
      KeptRequest.Words words,
      SourceOptions.Chosen source,
      String id,
      EngineOpening opening)
      throws IOException {
    Build build = ready.queued(id, clock.instant());
    Set<Integer> leftOut = leftOut(ready.plan());
    Launch launch = new Launch(shell, how.launching, rerun(), clock, alongside).of(source.folder());
    BuildRequest request =
        new BuildRequest(
            build,
            ready.plan(),
            source.files(),
            privileges(),
            source.export(),
            launch.trace(),
            how.launching.keeping(LaunchOptions.When.never),
            new Resumption(1, Map.of(), leftOut),
            Surroundings.NONE);
    KeptRequest asked =
        new KeptRequest(
            words,
            build,
            ready.substitutions(),
            leftOut,
            !how.noPrivileged,
            source.content(),
            ready.extras());
    if (overlaid.isPresent()) {
      request = overlaid.get().over(request, how.launching, clock);
      launch.overlaid(overlaid.get().file());
    }
    return launch.start(opening.engine(), request, asked, source.opened().shown());
  }

  private Set<Integer> leftOut(BuildPlan plan) {
    return only.isEmpty() ? Set.of() : StepChoice.allBut(plan, only);
  }

  private Privileges privileges() {
    return how.noPrivileged ? Privileges.DEFAULT : Privileges.PRIVILEGED;
  }

  private String rerun() {
    return "groundbuild " + ShellWords.join(spec.commandLine().getParseResult().originalArgs());
  }
}
