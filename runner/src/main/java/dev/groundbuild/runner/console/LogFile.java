package dev.groundbuild.runner.console;

import dev.groundbuild.runner.BuildEvent;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/** Keeps the whole transcript in a file. */
public final class LogFile implements LogSink {
  private final Path file;
  private final FileOutputStream out;
  private final LineWriter lines;

  private LogFile(Path file, FileOutputStream out) {
    this.file = file;
    this.out = out;
    this.lines = new LineWriter(out);
  }

  /**
   * Appends to a file, made if it is missing. Steps write from threads that may be interrupted at
   * any time, so this must not be a channel: an interrupt would close it.
   */
  public static LogFile open(Path file) throws IOException {
    return new LogFile(file, new FileOutputStream(file.toFile(), true));
  }

  @Override
  public String target() {
    return file.toString();
  }

  @Override
  public void event(BuildEvent event) {}

  @Override
  public void line(LogLine line) throws IOException {
    lines.write(line);
  }

  @Override
  public void tick() throws IOException {
    lines.flush();
  }

  @Override
  public void close() throws IOException {
    try (out) {
      lines.finish();
    }
  }
}
