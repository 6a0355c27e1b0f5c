package dev.groundbuild.runner.cli;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.BuildOutcome;
import dev.groundbuild.runner.BuildRequest;
import dev.groundbuild.runner.BuildRequest.WorkspaceSource;
import dev.groundbuild.runner.BuildRunner;
import dev.groundbuild.runner.Identity;
import dev.groundbuild.runner.artifact.Courier;
import dev.groundbuild.runner.console.Afterwards;
import dev.groundbuild.runner.console.BuildLog;
import dev.groundbuild.runner.console.ConsoleChoice;
import dev.groundbuild.runner.console.LogFile;
import dev.groundbuild.runner.identity.BuildIdentity;
import dev.groundbuild.runner.publish.Publishing;
import dev.groundbuild.runner.source.SourceSnapshot;
import dev.groundbuild.runner.status.AttemptJournal;
import dev.groundbuild.runner.status.BuildKeeper;
import dev.groundbuild.runner.status.BuildRecord;
import dev.groundbuild.runner.status.KeptBuild;
import dev.groundbuild.runner.status.KeptRequest;
import dev.groundbuild.runner.trace.BuildTrace;
import dev.groundbuild.steps.Leftovers;
import dev.groundbuild.steps.docker.DockerEngine;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.fake.FakeEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes one build from the command line to its end. */
final class Launch {
  private final Shell shell;
  private final LaunchOptions options;
  private final String command;
  private final InstantSource clock;
  private final Alongside alongside;
  private final BuildTrace trace = new BuildTrace();
  private @Nullable OverlayFile overlay;
  private Path source;

  /** Something that goes on while a build runs, and may interrupt it. */
  @FunctionalInterface
  interface Alongside {
    Running start(Thread build);
  }

  /** It goes on until closed, which clears an interrupt of its making. */
  @FunctionalInterface
  interface Running extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * @param command that runs the build again, for the user
   */
  Launch(Shell shell, LaunchOptions options, String command, InstantSource clock) {
    this(shell, options, command, clock, _ -> () -> {});
  }

  Launch(
      Shell shell,
      LaunchOptions options,
      String command,
      InstantSource clock,
      Alongside alongside) {
    this.alongside = alongside;
    this.shell = shell;
    this.options = options;
    this.command = command;
    this.clock = clock;
    this.source = shell.folder();
  }

  /** Of files that are in this folder. */
  Launch of(Path folder) {
    source = folder;
    return this;
  }

  /** Of files that were in the folder of an earlier build, if that is there. */
  Launch of(KeptBuild earlier) {
    Path folder = shell.path(earlier.source());
    return Files.isDirectory(folder) ? of(folder) : this;
  }

  /**
   * Runs a new build; what it was started with is kept.
   *
   * @param shown what is built, as the user named it
   */
  int start(ContainerEngine engine, BuildRequest request, KeptRequest asked, String shown)
      throws IOException {
    check(request);
    try (Publishing publishing = options.publish.open(shell, request, asked.extras(), clock);
        BuildKeeper keeper = shell.history(clock).start(request.build())) {
      keeper.source(shown);
      asked.write(keeper.kept());
      if (overlay != null) {
        overlay.keep(keeper.kept());
      }
      return run(engine, keeper, withSnapshot(request, keeper.kept()), asked, publishing);
    }
  }

  /** Goes on with a build of the history. */
  int again(ContainerEngine engine, KeptBuild build, BuildRequest request, KeptRequest asked)
      throws IOException {
    check(request);
    try (Publishing publishing = options.publish.open(shell, request, asked.extras(), clock);
        BuildKeeper keeper = shell.history(clock).resume(build, request.build())) {
      asked.write(keeper.kept());
      return run(engine, keeper, request, asked, publishing);
    }
  }

  /** What lies over the build that is to be started; it is kept with it. */
  void overlaid(OverlayFile file) {
    overlay = file;
  }

  /** Takes the times of the build that this launches. */
  BuildTrace trace() {
    return trace;
  }

  private static BuildRequest withSnapshot(BuildRequest request, KeptBuild kept) {
    if (!(request.source() instanceof WorkspaceSource.Copied copied)) {
      return request;
    }
    return request.withSource(
        new WorkspaceSource.Copied(
            say -> SourceSnapshot.keeping(copied.files().open(say), KeptRequest.source(kept))));
  }

  private int run(
      ContainerEngine engine,
      BuildKeeper keeper,
      BuildRequest given,
      KeptRequest asked,
      Publishing publishing)
      throws IOException {
    Optional<BuildIdentity> identity = options.identity.of(shell, given.build(), clock);
    Courier courier = options.delivery.courier(shell, identity, clock);
    BuildRequest request =
        given.withSurroundings(
            given
                .surroundings()
                .withDelivery(courier)
                .withSecrets(
                    options.secrets.chain(
                        shell, source, identity.flatMap(BuildIdentity::chosenTokens)))
                .withIdentity(identity.<Identity>map(i -> i).orElse(Identity.NONE)));
    Afterwards afterwards = new Afterwards(Optional.of(command), Optional.of(keeper.log()));
    Debugging debugging = Debugging.of(shell, options, request.plan(), engine, clock);
    BuildOutcome outcome;
    try (AttemptJournal journal =
            AttemptJournal.open(keeper.kept(), request.resumption().attempt());
        BuildLog buildLog =
            BuildLog.open(
                List.of(
                    LogFile.open(keeper.log(), keeper.ownLines()),
                    debugging.view(
                        shell.console(
                            new ConsoleChoice(options.log, options.color), afterwards, clock))),
                clock)) {
      try (Cancelling _ = Cancelling.onSignals(Thread.currentThread(), shell.err());
          Running _ = alongside.start(Thread.currentThread())) {
        outcome =
            new BuildRunner(engine, clock)
                .run(
                    request,
                    event -> {
                      keeper.on(event);
                      journal.on(event);
                      trace.on(event);
                      publishing.on(event);
                      buildLog.on(event);
                    },
                    buildLog,
                    debugging.intervention(buildLog));
      }
      journal.problem().ifPresent(shell.err()::println);
    }
    if (options.buildJson != null) {
      BuildRecord.write(shell.path(options.buildJson), outcome.build());
    }
    options.write(shell, trace);
    if (outcome.status() == Build.Status.SUCCESS) {
      new Proof(asked, courier, options.delivery.key(shell)).write(keeper, outcome.build());
    }
    keeper.problem().ifPresent(shell.err()::println);
    debugging.said().forEach(shell.err()::println);
    outcome.keptUntil().ifPresent(until -> tellKept(request.build(), until));
    return ExitCode.of(outcome.status());
  }

  private void tellKept(Build build, Instant until) {
    shell
        .err()
        .println(
            "groundbuild: the workspace is kept until "
                + DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT)
                    .withZone(ZoneId.systemDefault())
                    .format(until)
                + "; go on with: groundbuild resume "
                + BuildChoice.brief(build.getId())
                + " (with --config=FILE if the config has been mended)");
  }

  private void check(BuildRequest request) {
    options.secrets.check(shell, request.build(), source);
    if (request.source() instanceof WorkspaceSource.Bound bound) {
      options.secrets.checkBound(shell, bound.folder());
    }
    options.delivery.check(request.build());
    options.debug.step(request.plan());
  }

  /** Opens the engine and sweeps it. */
  static ContainerEngine open(Shell shell, LaunchOptions options, InstantSource clock) {
    if (options.engineChoice == LaunchOptions.EngineChoice.fake) {
      return new FakeEngine();
    }
    ContainerEngine engine = DockerEngine.ofEnvironment();
    try {
      clearLeftovers(shell, engine, clock.instant());
      return engine;
    } catch (EngineException e) {
      engine.close();
      throw e;
    }
  }

  /** What can't be removed now is in nobody's way: every name of a build is its own. */
  private static void clearLeftovers(Shell shell, ContainerEngine engine, Instant now) {
    try {
      int removed = Leftovers.removeDead(engine, now).size();
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
}
