package dev.groundbuild.runner.console;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Writes lines of a log as the transcript has them, byte for byte. */
final class LineWriter {
  private static final int BUFFER = 1 << 16;
  private static final byte[] LINE_FEED = {'\n'};

  private final OutputStream out;
  private boolean midLine;
  private long written;

  LineWriter(OutputStream out) {
    this(out, 0, false);
  }

  /**
   * @param written how many bytes stand there already
   * @param midLine whether the last of them is no line feed
   */
  LineWriter(OutputStream out, long written, boolean midLine) {
    this.written = written;
    this.midLine = midLine;
    this.out = new BufferedOutputStream(out, BUFFER);
  }

  void write(LogLine line) throws IOException {
    if (!line.resumes()) {
      endLine();
      put(line.prefix());
    }
    put(line.text());
    midLine = !line.complete();
    if (line.complete()) {
      put(LINE_FEED);
    }
  }

  /** How many bytes stand before the next line, if it does not resume the last one. */
  long nextLine() {
    return midLine ? written + 1 : written;
  }

  void flush() throws IOException {
    out.flush();
  }

  /** Gives the last line its line feed, if it lacks one, and flushes. */
  void finish() throws IOException {
    endLine();
    out.flush();
  }

  private void endLine() throws IOException {
    if (midLine) {
      put(LINE_FEED);
      midLine = false;
    }
  }

  private void put(byte[] bytes) throws IOException {
    out.write(bytes);
    written += bytes.length;
  }
}
