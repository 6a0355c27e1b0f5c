package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.source.BuildSource;
import dev.groundbuild.runner.source.OpenedSource;
import dev.groundbuild.runner.source.SourceProgress;
import java.util.concurrent.CancellationException;

/** Gets a source for a command, which Ctrl-C may cancel: nothing stays of it then. */
final class SourceFetch {
  private SourceFetch() {}

  /** Finds or fetches a source; the caller closes it. */
  static OpenedSource open(Shell shell, BuildSource what, SourceProgress progress) {
    if (!(what instanceof BuildSource.Git)) {
      return OpenedSource.open(what, progress);
    }
    try (Cancelling _ =
        Cancelling.of("the fetching of the source", Thread.currentThread(), shell.err())) {
      OpenedSource opened = OpenedSource.open(what, progress);
      if (Thread.currentThread().isInterrupted()) {
        opened.close();
        throw new CancellationException("cancelled");
      }
      return opened;
    }
  }
}
