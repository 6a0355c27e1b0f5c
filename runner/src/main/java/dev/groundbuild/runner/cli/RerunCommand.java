package dev.groundbuild.runner.cli;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.BuildRequest;
import dev.groundbuild.runner.BuildRequest.WorkspaceSource;
import dev.groundbuild.runner.Preparation;
import dev.groundbuild.runner.Resumption;
import dev.groundbuild.runner.SourceException;
import dev.groundbuild.runner.Surroundings;
import dev.groundbuild.runner.source.BuildSource;
import dev.groundbuild.runner.source.IgnoreChoice;
import dev.groundbuild.runner.source.OpenedSource;
import dev.groundbuild.runner.source.SourceArgument;
import dev.groundbuild.runner.source.SourceProgress;
import dev.groundbuild.runner.source.SourceSnapshot;
import dev.groundbuild.runner.status.BuildHistory;
import dev.groundbuild.runner.status.KeptBuild;
import dev.groundbuild.runner.status.KeptRequest;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "rerun",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Run a build again from its beginning: the same config, substitutions and source, as a new build.",
      "The source is what was sent then, whatever the files are now: a copy is kept of sources of up to 64 MiB,"
          + " for the newest 20 builds. Without a copy, a source from git is fetched again, at the same commit.",
      "Without BUILD: the last one."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  groundbuild rerun", "  groundbuild rerun 1f0c2a --keep-workspace"})
final class RerunCommand implements Callable<Integer> {
  private final Shell shell;
  private final InstantSource clock = InstantSource.system();

  @Parameters(arity = "0..1", paramLabel = "BUILD", description = BuildChoice.DESCRIPTION)
  private String build = BuildChoice.LAST;

  @Mixin private LaunchOptions launching = new LaunchOptions();

  RerunCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    launching.check(shell);
    KeptBuild kept = BuildChoice.find(shell.history(clock), build);
    KeptRequest before = BuildChoice.request(kept);
    try (Source files = files(kept, before.content())) {
      return run(kept, before, files.source());
    }
  }

  private int run(KeptBuild kept, KeptRequest before, WorkspaceSource source) throws IOException {
    String id = UUID.randomUUID().toString();
    KeptRequest.Words words = before.words().withBuildId(id);
    Preparation preparation = words.prepare();
    if (!(preparation instanceof Preparation.Ready ready)) {
      preparation.problems().forEach(shell.err()::println);
      return ExitCode.USAGE;
    }
    String command = "groundbuild rerun " + BuildChoice.brief(kept.id());
    Launch launch = new Launch(shell, launching, command, clock).of(kept);
    Build queued = ready.queued(id, clock.instant());
    BuildRequest request =
        new BuildRequest(
            queued,
            ready.plan(),
            source,
            before.privileged() ? Privileges.PRIVILEGED : Privileges.DEFAULT,
            Optional.empty(),
            launch.trace(),
            launching.keeping(LaunchOptions.When.never),
            new Resumption(1, Map.of(), before.leftOut()),
            Surroundings.NONE);
    KeptRequest asked =
        new KeptRequest(
            words,
            queued,
            ready.substitutions(),
            before.leftOut(),
            before.privileged(),
            before.content(),
            before.extras());
    Optional<OverlayFile> overlay = OverlayFile.of(kept);
    if (overlay.isPresent()) {
      request = Overlaid.again(overlay.get(), request, asked, launching, clock);
      launch.overlaid(overlay.get());
    }
    try (ContainerEngine engine = Launch.open(shell, launching, clock)) {
      return launch.start(engine, request, asked, kept.source());
    }
  }

  /** A source, and what was fetched for it. */
  private record Source(WorkspaceSource source, Optional<OpenedSource> opened)
      implements AutoCloseable {
    @Override
    public void close() {
      opened.ifPresent(OpenedSource::close);
    }
  }

  private Source files(KeptBuild kept, KeptRequest.Content content) {
    return switch (content) {
      case KeptRequest.Content.Empty _ -> new Source(new WorkspaceSource.Empty(), Optional.empty());
      case KeptRequest.Content.Bound(Path folder) ->
          throw new UsageException(
              "build "
                  + kept.id()
                  + " has used "
                  + folder
                  + " in place, and what was in it is not known; groundbuild run --bind-mount-source "
                  + folder
                  + " takes what is there now");
      case KeptRequest.Content.Copied(Optional<String> git) -> copied(kept, git);
    };
  }

  private Source copied(KeptBuild kept, Optional<String> git) {
    Path copy = KeptRequest.source(kept);
    if (Files.exists(copy)) {
      return new Source(new WorkspaceSource.Copied(_ -> open(copy)), Optional.empty());
    }
    if (git.isEmpty()) {
      throw new UsageException(
          "no copy of the source of build "
              + kept.id()
              + " is kept: it was more than "
              + (SourceSnapshot.MOST_BYTES >> 20)
              + " MiB, or not sent to its end, or "
              + BuildHistory.MOST_SOURCES
              + " builds have run since; groundbuild run takes the files as they are now");
    }
    BuildSource address =
        SourceArgument.parse(git.get(), "", shell.folder(), new IgnoreChoice.Off());
    OpenedSource opened = SourceFetch.open(shell, address, new Saying());
    return new Source(new WorkspaceSource.Copied(_ -> opened.tar()), Optional.of(opened));
  }

  private static InputStream open(Path copy) {
    try {
      return SourceSnapshot.open(copy);
    } catch (IOException e) {
      throw new SourceException(
          SourceException.Kind.FAILED, copy + ": can't be read: " + e.getMessage(), e);
    }
  }

  /** There is no log of the build yet. */
  private final class Saying implements SourceProgress {
    @Override
    public void log(String line) {
      note(line);
    }

    @Override
    public void note(String text) {
      shell.err().println("groundbuild: " + text);
    }
  }
}
