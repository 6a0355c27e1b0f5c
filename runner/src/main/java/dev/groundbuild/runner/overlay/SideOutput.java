package dev.groundbuild.runner.overlay;

import dev.groundbuild.steps.LineAssembler;
import dev.groundbuild.steps.StepLog;
import dev.groundbuild.steps.engine.ContainerEngine.OutputSink;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one side container prints: it goes to the log line by line, and its last lines are kept. A
 * thread of the engine's writes, and whoever starts or ends the container asks and ends: {@code
 * lock} guards everything.
 */
final class SideOutput implements OutputSink {
  private static final int LAST_LINES = 5;

  private final String label;
  private final StepLog log;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<String> last = new ArrayDeque<>();
  private final LineAssembler stdout = new LineAssembler(0, StepLog.Stream.STDOUT, this::line);
  private final LineAssembler stderr = new LineAssembler(0, StepLog.Stream.STDERR, this::line);
  private boolean finished;

  SideOutput(String label, StepLog log) {
    this.label = label;
    this.log = log;
  }

  @Override
  public OutputStream stdout() {
    return new Guarded(stdout);
  }

  @Override
  public OutputStream stderr() {
    return new Guarded(stderr);
  }

  /** There is no more: a last line without a line feed is one all the same. */
  void finish() {
    lock.lock();
    try {
      finished = true;
      stdout.finish();
      stderr.finish();
    } finally {
      lock.unlock();
    }
  }

  /** The last lines, as the end of a sentence. */
  String last() {
    lock.lock();
    try {
      return last.isEmpty()
          ? "; it has printed nothing"
          : "; its last lines: " + String.join(" | ", last);
    } finally {
      lock.unlock();
    }
  }

  private void line(int step, StepLog.Stream stream, byte[] line, boolean complete) {
    log.beside(label, line);
    last.addLast(new String(line, StandardCharsets.UTF_8));
    if (last.size() > LAST_LINES) {
      last.removeFirst();
    }
  }

  private final class Guarded extends OutputStream {
    private final LineAssembler to;

    Guarded(LineAssembler to) {
      this.to = to;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
      lock.lock();
      try {
        if (!finished) {
          to.write(bytes, offset, count);
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
