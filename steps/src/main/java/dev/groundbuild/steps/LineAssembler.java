package dev.groundbuild.steps;

import java.io.OutputStream;
import java.util.Arrays;

/**
 * Cuts one stream of a step's output into lines, at line feeds only. A line is held until it is
 * whole; one that grows beyond {@value #LONGEST} bytes is passed on in parts. Not thread-safe.
 */
public final class LineAssembler extends OutputStream {
  /** In bytes. */
  static final int LONGEST = 32 * 1024 * 1024;

  private final int step;
  private final StepLog.Stream stream;
  private final StepLog log;
  private byte[] held = new byte[256];
  private int length;

  public LineAssembler(int step, StepLog.Stream stream, StepLog log) {
    this.step = step;
    this.stream = stream;
    this.log = log;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) {
    int start = offset;
    int end = offset + count;
    for (int i = offset; i < end; i++) {
      if (bytes[i] == '\n') {
        lineEnds(bytes, start, i);
        start = i + 1;
      }
    }
    hold(bytes, start, end - start);
  }

  /** Passes on what is left of the last line: there is no more. */
  public void finish() {
    part();
    log.ended(step, stream);
  }

  private void part() {
    if (length > 0) {
      log.line(step, stream, Arrays.copyOf(held, length), false);
      reset();
    }
  }

  private void lineEnds(byte[] bytes, int from, int to) {
    if (length == 0) {
      log.line(step, stream, Arrays.copyOfRange(bytes, from, to), true);
      return;
    }
    hold(bytes, from, to - from);
    log.line(step, stream, Arrays.copyOf(held, length), true);
    reset();
  }

  private void hold(byte[] bytes, int from, int count) {
    if (length + count > LONGEST) {
      part();
    }
    if (length + count > held.length) {
      held = Arrays.copyOf(held, Math.max(length + count, Math.min(LONGEST, held.length * 2)));
    }
    System.arraycopy(bytes, from, held, length, count);
    length += count;
  }

  private void reset() {
    length = 0;
    if (held.length > 64 * 1024) {
      held = new byte[256];
    }
  }
}
