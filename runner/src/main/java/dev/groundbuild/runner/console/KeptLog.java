package dev.groundbuild.runner.console;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads what a {@link LogFile} keeps, also while it grows: all of it, or the lines of one step
 * without what the transcript puts before them. Used by one thread.
 */
public final class KeptLog implements AutoCloseable {
  private static final int BLOCK = 1 << 16;

  private final InputStream log;
  private final InputStream ownLines;
  private final boolean wholly;
  private final byte[] prefix;
  private final byte[] block = new byte[BLOCK];

  private final Set<Long> own = new HashSet<>();
  private final ByteArrayOutputStream ownTail = new ByteArrayOutputStream();
  private long position;
  private Line line = Line.BEGINS;
  private int matched;

  /** What is known of the line that is being read. */
  private enum Line {
    BEGINS,
    MAY_MATCH,
    WANTED,
    UNWANTED
  }

  private KeptLog(InputStream log, InputStream ownLines, boolean wholly, String prefix) {
    this.log = log;
    this.ownLines = ownLines;
    this.wholly = wholly;
    this.prefix = prefix.getBytes(UTF_8);
  }

  /** All of a log. */
  public static KeptLog whole(Path log) throws IOException {
    InputStream in = new FileInputStream(log.toFile());
    return new KeptLog(in, InputStream.nullInputStream(), true, "");
  }

  /**
   * The lines of one step.
   *
   * @param ownLines where the build's own lines begin; without that file no line is taken for one
   * @param steps how many the build has
   * @param label of the step
   */
  public static KeptLog ofStep(Path log, Path ownLines, int steps, String label)
      throws IOException {
    InputStream in = new FileInputStream(log.toFile());
    return new KeptLog(in, opened(ownLines), false, Transcript.prefix(steps, label));
  }

  private static InputStream opened(Path ownLines) {
    try {
      return new FileInputStream(ownLines.toFile());
    } catch (FileNotFoundException _) {
      return InputStream.nullInputStream(); // kept by a version that did not write it
    }
  }

  /** Copies what has come since the last call. */
  public void copyTo(OutputStream out) throws IOException {
    for (int n = log.read(block); n >= 0; n = log.read(block)) {
      if (wholly) {
        out.write(block, 0, n);
      } else {
        readOwn();
        sift(n, out);
      }
    }
  }

  private void readOwn() throws IOException {
    ownLines.transferTo(ownTail);
    byte[] text = ownTail.toByteArray();
    int start = 0;
    for (int at = 0; at < text.length; at++) {
      if (text[at] == '\n') {
        own.add(Long.parseLong(new String(text, start, at - start, US_ASCII)));
        start = at + 1;
      }
    }
    ownTail.reset();
    ownTail.write(text, start, text.length - start);
  }

  private void sift(int length, OutputStream out) throws IOException {
    int at = 0;
    while (at < length) {
      if (line == Line.BEGINS) {
        line = own.remove(position + at) ? Line.UNWANTED : Line.MAY_MATCH;
        matched = 0;
      }
      if (line == Line.MAY_MATCH) {
        at = match(at, length);
      } else {
        int end = lineEnd(at, length);
        if (line == Line.WANTED) {
          out.write(block, at, end - at);
        }
        line = block[end - 1] == '\n' ? Line.BEGINS : line;
        at = end;
      }
    }
    position += length;
  }

  private int match(int from, int length) {
    int at = from;
    while (at < length && matched < prefix.length && block[at] == prefix[matched]) {
      at++;
      matched++;
    }
    if (matched == prefix.length) {
      line = Line.WANTED;
    } else if (at < length) {
      line = Line.UNWANTED;
    }
    return at;
  }

  private int lineEnd(int from, int length) {
    for (int at = from; at < length; at++) {
      if (block[at] == '\n') {
        return at + 1;
      }
    }
    return length;
  }

  @Override
  public void close() throws IOException {
    try (log;
        ownLines) {
      own.clear();
    }
  }
}
