package dev.groundbuild.runner.console;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Writes lines of a log as the transcript has them, byte for byte. */
final class LineWriter {
  private static final int BUFFER = 1 << 16;

  private final OutputStream out;
  private boolean midLine;

  LineWriter(OutputStream out) {
    this.out = new BufferedOutputStream(out, BUFFER);
  }

  void write(LogLine line) throws IOException {
    if (!line.resumes()) {
      endLine();
      out.write(line.prefix());
    }
    out.write(line.text());
    midLine = !line.complete();
    if (line.complete()) {
      out.write('\n');
    }
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
      out.write('\n');
      midLine = false;
    }
  }
}
