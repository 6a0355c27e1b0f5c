package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.SourceException;
import dev.groundbuild.runner.source.FolderState;
import java.io.IOException;

/** Runs a build, and again whenever its source folder changes, until the user ends it. */
final class Watch {
  private final Shell shell;
  private final FolderState.Watched watched;

  /** A build that is begun anew each time. */
  @FunctionalInterface
  interface Once {
    int run(Launch.Alongside changes) throws IOException;
  }

  Watch(Shell shell, FolderState.Watched watched) {
    this.shell = shell;
    this.watched = watched;
  }

  int run(Once build) throws IOException {
    Changes changes = new Changes(watched);
    int exit = build.run(changes);
    try {
      while (changes.isChanged() || exit != ExitCode.CANCELLED) {
        if (!changes.isChanged()) {
          say(
              "waiting for a change in "
                  + shell.relative(watched.folder().path())
                  + "; Ctrl-C ends");
        }
        say(changes.await() + " has changed; running again");
        exit = again(build, changes);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return ExitCode.CANCELLED;
  }

  /** What is wrong with the files now may be right after the next change. */
  private int again(Once build, Changes changes) throws IOException {
    try {
      return build.run(changes);
    } catch (UsageException | SourceException e) {
      say(String.valueOf(e.getMessage()));
      return ExitCode.USAGE;
    }
  }

  private void say(String text) {
    shell.out().flush();
    shell.err().println("groundbuild: " + text);
  }
}
