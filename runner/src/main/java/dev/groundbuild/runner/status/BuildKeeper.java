package dev.groundbuild.runner.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.cloudbuild.v1.Build;
import com.google.protobuf.Timestamp;
import dev.groundbuild.runner.BuildEvent;
import dev.groundbuild.runner.BuildEvent.Ended;
import dev.groundbuild.runner.BuildEvent.Started;
import dev.groundbuild.runner.BuildListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the record of a running build up to date in the history, and marks the build as running
 * until it is closed. Used by the build's thread alone. A record that cannot be written does not
 * disturb the build: see {@link #problem}.
 */
public final class BuildKeeper implements BuildListener, AutoCloseable {
  private final KeptBuild kept;
  private final Build accepted;
  private final RunningLocks.Held lock;
  private @Nullable String problem;

  BuildKeeper(KeptBuild kept, Build accepted, RunningLocks.Held lock) {
    this.kept = kept;
    this.accepted = accepted;
    this.lock = lock;
  }

  /** Where the log of the build belongs; the file exists. */
  public Path log() {
    return kept.log();
  }

  /** Where the log notes which of its lines are the build's own; it exists. */
  public Path ownLines() {
    return kept.ownLines();
  }

  /** Keeps what is built, as the user named it, for a list of builds. */
  public void source(String text) throws IOException {
    WholeFile.write(kept.sourceFile(), text.getBytes(UTF_8), BuildHistory.FILE);
  }

  /** Keeps what the build has made of what. */
  public void provenance(String statement) {
    keep(kept.provenance(), statement);
  }

  /** Keeps the same, signed. */
  public void signedProvenance(String envelope) {
    keep(kept.signedProvenance(), envelope);
  }

  private void keep(Path file, String text) {
    try {
      WholeFile.write(file, text.getBytes(UTF_8), BuildHistory.FILE);
    } catch (IOException e) {
      problem = "the build's provenance is not kept: " + file + ": " + e.getMessage();
    }
  }

  public KeptBuild kept() {
    return kept;
  }

  @Override
  public void on(BuildEvent event) {
    switch (event) {
      case Started started -> write(working(started));
      case Ended ended -> write(ended.outcome().build());
      default -> {}
    }
  }

  /** A build that is taken up again keeps its start. */
  private Build working(Started started) {
    if (accepted.hasStartTime()) {
      return accepted.toBuilder().setStatus(Build.Status.WORKING).build();
    }
    Instant at = started.at();
    Timestamp time =
        Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
    return accepted.toBuilder().setStatus(Build.Status.WORKING).setStartTime(time).build();
  }

  private void write(Build build) {
    try {
      BuildRecord.write(kept.record(), build, BuildHistory.FILE);
    } catch (IOException e) {
      problem = "the build's record is not kept: " + kept.record() + ": " + e.getMessage();
    }
  }

  /** Why the record in the history is not up to date; empty if it is. */
  public Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  /** The build is no longer running. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      problem = "the build still counts as running: " + e.getMessage();
    }
  }
}
