package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.SourceException;
import dev.groundbuild.runner.source.BuildSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** Runs a build, and again whenever its source folder changes, until the user ends it. */
final class Watch {
  private final Shell shell;
  private final BuildSource.Folder folder;
  private final Set<Path> except;

  /** A build that is begun anew each time. */
  @FunctionalInterface
  interface Once {
    int run(Launch.Alongside changes) throws IOException;
  }

  /**
   * @param except what the builds themselves write
   */
  Watch(Shell shell, BuildSource.Folder folder, Set<Path> except) {
    this.shell = shell;
    this.except = except;
    this.folder = folder;
  }

  int run(Once build) throws IOException {
    Changes changes = new Changes(folder, except);
    int exit = build.run(changes);
    try {
      while (changes.isChanged() || exit != ExitCode.CANCELLED) {
        if (!changes.isChanged()) {
          say("waiting for a change in " + shell.relative(folder.path()) + "; Ctrl-C ends");
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
