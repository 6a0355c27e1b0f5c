package dev.groundbuild.runner.console;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.groundbuild.runner.BuildEvent;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
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
  private int steps;

  private LogFile(Path file, FileOutputStream out, FileOutputStream own, LineWriter lines) {
    this.file = file;
    this.out = out;
    this.own = own;
    this.lines = lines;
  }

  /**
   * Writes two files, made if they are missing, and goes on with what an earlier attempt at the
   * build has written; its last line may have been cut off. Steps write from threads that may be
   * interrupted at any time, so these must not be channels: an interrupt would close them.
   */
  public static LogFile open(Path file, Path ownLines) throws IOException {
    boolean midLine = endsMidLine(file);
    FileOutputStream out = new FileOutputStream(file.toFile(), true);
    try {
      LineWriter lines = new LineWriter(out, file.toFile().length(), midLine);
      return new LogFile(file, out, new FileOutputStream(ownLines.toFile(), true), lines);
    } catch (IOException e) {
      out.close();
      throw e;
    }
  }

  private static boolean endsMidLine(Path file) throws IOException {
    if (file.toFile().length() == 0) {
      return false;
    }
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      log.seek(log.length() - 1);
      return log.read() != '\n';
    }
  }

  @Override
  public String target() {
    return file.toString();
  }

  @Override
  public void event(BuildEvent event) {
    if (event instanceof BuildEvent.Queued queued) {
      steps = queued.plan().steps().size();
    }
  }

  @Override
  public void line(LogLine line) throws IOException {
    if (!line.resumes() && !isOfStep(line)) {
      own.write((lines.nextLine() + "\n").getBytes(US_ASCII));
    }
    lines.write(line);
  }

  /** What runs after the build's steps is none of them, and may print what one of them would. */
  private boolean isOfStep(LogLine line) {
    return line.origin().filter(origin -> origin.step() < steps).isPresent();
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
