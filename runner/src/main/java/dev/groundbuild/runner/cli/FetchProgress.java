package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.source.SourceProgress;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps what is said before the build has a log, and passes it on when it has. */
final class FetchProgress implements SourceProgress {
  private final List<String> early = new ArrayList<>();
  private final PrintStream err;
  private @Nullable Consumer<String> log;

  FetchProgress(PrintStream err) {
    this.err = err;
  }

  void sayWith(Consumer<String> say) {
    early.forEach(say);
    early.clear();
    log = say;
  }

  @Override
  public void log(String line) {
    if (log == null) {
      early.add(line);
    } else {
      log.accept(line);
    }
  }

  @Override
  public void note(String text) {
    err.println("groundbuild: " + text);
  }
}
