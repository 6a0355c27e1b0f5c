package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.source.FolderState;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a source folder changes, by looking at it now and then: that works on every file
 * system, and obeys the ignore rules. While a build runs a thread of its own looks; it is joined
 * before the build's thread asks for what it saw, so nothing is shared without order.
 */
final class Changes implements Launch.Alongside {
  private static final Duration PAUSE = Duration.ofMillis(300);

  /** At most a twentieth of the time goes into looking. */
  private static final int REST = 20;

  private final FolderState.Watched watched;
  private FolderState known;
  private @Nullable String change;

  Changes(FolderState.Watched watched) {
    this.watched = watched;
    this.known = FolderState.of(watched);
  }

  /** Interrupts the thread when the folder changes, until closed. */
  @Override
  public Launch.Running start(Thread build) {
    Thread looker =
        Thread.ofVirtual()
            .name("source-changes")
            .start(() -> {
              try {
                look();
                build.interrupt();
              } catch (InterruptedException _) {
                // Closed: the build is over.
              }
            });
    return () -> {
      looker.interrupt();
      boolean interrupted = joined(looker);
      if (interrupted && change == null) {
        Thread.currentThread().interrupt();
      }
    };
  }

  private static boolean joined(Thread looker) {
    boolean interrupted = false;
    while (looker.isAlive()) {
      try {
        looker.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    return Thread.interrupted() || interrupted;
  }

  /** Whether a change was seen that nobody has asked for yet. */
  boolean isChanged() {
    return change != null;
  }

  /** Waits for a change, and for it to be complete; returns one of its paths. */
  String await() throws InterruptedException {
    look();
    String path = String.valueOf(change);
    change = null;
    return path;
  }

  /** Returns when there is a change, and nothing has changed for a moment. */
  private void look() throws InterruptedException {
    while (change == null) {
      FolderState now = next();
      Optional<String> first = now.changeSince(known);
      if (first.isPresent()) {
        for (FolderState later = next(); later.changeSince(now).isPresent(); later = next()) {
          now = later;
        }
        known = now;
        change = first.get();
      }
    }
  }

  private FolderState next() throws InterruptedException {
    Thread.sleep(PAUSE);
    long begun = System.nanoTime();
    FolderState state = FolderState.of(watched);
    Thread.sleep(Duration.ofNanos((System.nanoTime() - begun) * REST));
    return state;
  }
}
