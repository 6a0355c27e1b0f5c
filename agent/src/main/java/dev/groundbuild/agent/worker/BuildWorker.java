package dev.groundbuild.agent.worker;

import com.google.cloudbuild.v1.Build;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import dev.groundbuild.agent.store.BuildStore;
import dev.groundbuild.runner.BuildOutcome;
import dev.groundbuild.runner.BuildRequest;
import dev.groundbuild.runner.BuildRequest.WorkspaceSource;
import dev.groundbuild.runner.BuildRunner;
import dev.groundbuild.runner.Preparation;
import dev.groundbuild.runner.SourceException;
import dev.groundbuild.runner.console.BuildLog;
import dev.groundbuild.runner.console.LogFile;
import dev.groundbuild.runner.source.BuildSource;
import dev.groundbuild.runner.source.OpenedSource;
import dev.groundbuild.runner.source.SourceProgress;
import dev.groundbuild.steps.StepTrace;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;

/** Runs builds of the queue on this machine's engine, any number at once. */
public final class BuildWorker {
  private final BuildStore store;
  private final ContainerEngine engine;
  private final Path logs;
  private final InstantSource clock;

  /**
   * @param logs the folder with a log per build
   */
  public BuildWorker(BuildStore store, ContainerEngine engine, Path logs, InstantSource clock) {
    this.store = store;
    this.engine = engine;
    this.logs = logs;
    this.clock = clock;
  }

  /** The log of a build; it may not be there yet. */
  public static Path log(Path logs, String buildId) {
    return logs.resolve("log-" + buildId + ".txt");
  }

  /**
   * Runs a build to its end, unless it is over or somebody else's. A build whose agent has died is
   * ended: what its steps have done already can't be known.
   */
  public void run(String id) {
    Optional<BuildStore.Row> found = store.find(id);
    if (found.isEmpty()) {
      return;
    }
    Build build = found.get().build();
    switch (build.getStatus()) {
      case QUEUED -> runQueued(found.get());
      case WORKING ->
          store.end(
              over(build, Build.Status.INTERNAL_ERROR, "the agent that ran the build has died"),
              found.get().epoch());
      default -> {}
    }
  }

  private void runQueued(BuildStore.Row row) {
    Build build = row.build();
    if (isExpired(build)) {
      Build expired = over(build, Build.Status.EXPIRED, "no worker took the build in time");
      store.move(Set.of(Build.Status.QUEUED), expired);
      return;
    }
    Build working =
        build.toBuilder()
            .setStatus(Build.Status.WORKING)
            .setStartTime(Timestamps.fromMillis(clock.millis()))
            .build();
    Optional<Integer> epoch = store.take(working);
    if (epoch.isEmpty()) {
      return;
    }
    Build ended;
    try (CancelWatch _ = CancelWatch.start(store, build.getId(), Thread.currentThread())) {
      ended = work(row.asked(), working);
    } catch (IOException e) {
      ended = over(working, Build.Status.INTERNAL_ERROR, "the log: " + e.getMessage());
    } catch (CancellationException e) {
      ended = over(working, Build.Status.CANCELLED, "the build was cancelled");
    } catch (SourceException e) {
      ended = over(working, Build.Status.FAILURE, String.valueOf(e.getMessage()));
    }
    store.end(ended, epoch.get());
  }

  private boolean isExpired(Build build) {
    if (!build.hasQueueTtl() || Durations.toNanos(build.getQueueTtl()) == 0) {
      return false;
    }
    return Timestamps.compare(
            Timestamps.add(build.getCreateTime(), build.getQueueTtl()),
            Timestamps.fromMillis(clock.millis()))
        < 0;
  }

  private Build work(Build asked, Build working) throws IOException {
    Path file = log(logs, working.getId());
    try (BuildLog log = BuildLog.open(List.of(LogFile.open(file, Path.of(file + ".own"))), clock)) {
      try (OpenedSource source = OpenedSource.open(source(asked), new Silent())) {
        Preparation.Ready ready = BuildIntake.ready(asked, values(working, source));
        Build build = filled(ready.build(), working);
        BuildRequest request =
            new BuildRequest(
                build,
                ready.plan(),
                files(asked, source),
                Privileges.PRIVILEGED,
                Optional.empty(),
                StepTrace.NONE);
        BuildOutcome outcome = new BuildRunner(engine, clock).run(request, log, log);
        return outcome.build();
      }
    }
  }

  private static WorkspaceSource files(Build asked, OpenedSource source) {
    return asked.hasSource()
        ? new WorkspaceSource.Copied(_ -> source.tar())
        : new WorkspaceSource.Empty();
  }

  private static BuildSource source(Build asked) {
    return switch (asked.getSource().getSourceCase()) {
      case SOURCE_NOT_SET -> new BuildSource.None();
      case GIT_SOURCE ->
          new BuildSource.Git(
              asked.getSource().getGitSource().getUrl(),
              asked.getSource().getGitSource().getRevision(),
              asked.getSource().getGitSource().getDir(),
              null);
      case STORAGE_SOURCE, STORAGE_SOURCE_MANIFEST, REPO_SOURCE, CONNECTED_REPOSITORY ->
          throw SourceException.usage(
              "only gitSource can be fetched here, not "
                  + asked.getSource().getSourceCase().name().toLowerCase(Locale.ROOT));
    };
  }

  /** Cloud Build: what is known of the revision that was fetched. */
  private static Map<String, String> values(Build build, OpenedSource source) {
    Map<String, String> values =
        new TreeMap<>(
            BuildIntake.values(
                build.getProjectId(), build.getName().split("/", -1)[3], build.getId()));
    source
        .checkout()
        .ifPresent(git -> {
          values.put("COMMIT_SHA", git.commit());
          values.put("REVISION_ID", git.commit());
          values.put("SHORT_SHA", git.commit().substring(0, 7));
          git.branch().ifPresent(branch -> values.put("BRANCH_NAME", branch));
          git.tag().ifPresent(tag -> values.put("TAG_NAME", tag));
          git.branch().or(git::tag).ifPresent(ref -> values.put("REF_NAME", ref));
        });
    return values;
  }

  /** What was prepared with the revision, with all that the queue knows of the build. */
  private static Build filled(Build prepared, Build working) {
    return prepared.toBuilder()
        .setId(working.getId())
        .setName(working.getName())
        .setProjectId(working.getProjectId())
        .setBuildTriggerId(working.getBuildTriggerId())
        .setCreateTime(working.getCreateTime())
        .setStartTime(working.getStartTime())
        .setStatus(Build.Status.QUEUED)
        .addAllWarnings(working.getWarningsList())
        .build();
  }

  private Build over(Build build, Build.Status status, String detail) {
    return build.toBuilder()
        .setStatus(status)
        .setStatusDetail(detail)
        .setFinishTime(Timestamps.fromMillis(clock.millis()))
        .build();
  }

  private static final class Silent implements SourceProgress {
    @Override
    public void log(String line) {}

    @Override
    public void note(String text) {}
  }
}
