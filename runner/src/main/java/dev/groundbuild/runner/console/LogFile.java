package dev.groundbuild.runner.console;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.groundbuild.runner.BuildEvent;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Keeps the whole transcript in a file, and in another where its own lines begin: one decimal
 * offset per line. With those a line of a step can't be taken for one of the build, whatever the
 * step prints; and there are few of them, however long the log.
 *
 * <p>An offset is written before its line, so that whoever reads the log first and the offsets
 * afterwards, while both grow, knows all own lines of what it has read.
 */
public final class LogFile implements LogSink {
  private final Path file;
  private final FileOutputStream out;
  private final FileOutputStream own;
  private final LineWriter lines;

  private LogFile(Path file, FileOutputStream out, FileOutputStream own) {
    this.file = file;
    this.out = out;
    this.own = own;
    this.lines = new LineWriter(out);
  }

  /**
   * Writes two files, made if they are missing. Steps write from threads that may be interrupted at
   * any time, so these must not be channels: an interrupt would close them.
   */
  public static LogFile open(Path file, Path ownLines) throws IOException {
    FileOutputStream out = new FileOutputStream(file.toFile());
    try {
      return new LogFile(file, out, new FileOutputStream(ownLines.toFile()));
    } catch (IOException e) {
      out.close();
      throw e;
    }
  }

  @Override
  public String target() {
    return file.toString();
  }

  @Override
  public void event(BuildEvent event) {}

  @Override
  public void line(LogLine line) throws IOException {
    if (line.origin().isEmpty()) {
      own.write((lines.nextLine() + "\n").getBytes(US_ASCII));
    }
    lines.write(line);
  }

  @Override
  public void tick() throws IOException {
    lines.flush();
  }

  @Override
  public void close() throws IOException {
    try (out;
        own) {
      lines.finish();
    }
  }
}
