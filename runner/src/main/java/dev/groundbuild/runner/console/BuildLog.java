package dev.groundbuild.runner.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.groundbuild.runner.BuildEvent;
import dev.groundbuild.runner.BuildListener;
import dev.groundbuild.steps.StepLog;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A build's log: brings the events of the build and the lines of its steps into one order, as Cloud
 * Build's transcript has them, and passes them to its sinks. Nothing is held back: what a sink
 * cannot write slows the steps down.
 *
 * <p>Threads: events come on the build's thread, lines on those of the steps, ticks on one of our
 * own. Everything below, the sinks included, is touched only while {@code lock} is held, so a line
 * is written whole before the next one starts, and sinks need no locks of their own.
 */
public final class BuildLog implements BuildListener, StepLog, AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(100);
  private static final byte[] NO_PREFIX = {};

  private final ReentrantLock lock = new ReentrantLock();
  private final InstantSource clock;
  private final List<LogSink> sinks;
  private final Transcript transcript = new Transcript();
  private List<byte[]> prefixes = List.of();
  private LogLine.@Nullable Origin unfinished;
  private @Nullable Thread ticker;

  BuildLog(List<LogSink> sinks, InstantSource clock) {
    this.sinks = new ArrayList<>(sinks);
    this.clock = clock;
  }

  /** A log whose sinks show within a tenth of a second what they were given, until it is closed. */
  public static BuildLog open(List<LogSink> sinks, InstantSource clock) {
    BuildLog log = new BuildLog(sinks, clock);
    log.ticker = Thread.ofPlatform().daemon().name("build-log").start(log::tickUntilInterrupted);
    return log;
  }

  @Override
  public void on(BuildEvent event) {
    locked(() -> {
      List<String> lines = transcript.linesFor(event);
      if (event instanceof BuildEvent.Queued queued) {
        prefixes =
            queued.plan().allSteps().stream()
                .map(step -> transcript.prefix(step).getBytes(UTF_8))
                .toList();
      }
      each(sink -> sink.event(event));
      for (String text : lines) {
        pass(null, NO_PREFIX, text.getBytes(UTF_8), true);
      }
    });
  }

  @Override
  public void line(int step, Stream stream, byte[] line, boolean complete) {
    locked(() -> pass(new LogLine.Origin(step, stream), prefixes.get(step), line, complete));
  }

  @Override
  public void beside(String label, byte[] line) {
    locked(() -> pass(null, label.getBytes(UTF_8), line, true));
  }

  @Override
  public void progress(int step, String text) {
    locked(() -> each(sink -> sink.progress(step, text)));
  }

  /** Views keep silent until {@link #release}: somebody else has the terminal. */
  public void hold() {
    locked(() -> each(LogSink::hold));
  }

  /** Views show what they have missed. */
  public void release() {
    locked(() -> each(LogSink::release));
  }

  /** Lets the sinks show what they have. */
  void tick() {
    locked(() -> each(LogSink::tick));
  }

  /** Writes what is left. Lines that come later are lost. */
  @Override
  public void close() {
    if (ticker != null) {
      ticker.interrupt();
    }
    locked(() -> {
      each(LogSink::close);
      sinks.clear();
    });
  }

  private void pass(LogLine.@Nullable Origin origin, byte[] prefix, byte[] text, boolean complete) {
    boolean resumes = origin != null && origin.equals(unfinished);
    unfinished = complete ? null : origin;
    LogLine line = new LogLine(Optional.ofNullable(origin), prefix, text, resumes, complete);
    each(sink -> sink.line(line));
  }

  /** A sink that fails is dropped, and the others are told: a build is worth more than its view. */
  private void each(Act act) {
    for (LogSink sink : List.copyOf(sinks)) {
      try {
        act.on(sink);
      } catch (IOException e) {
        sinks.remove(sink);
        String text = "the log is no longer written to " + sink.target() + ": " + e.getMessage();
        each(other -> other.event(new BuildEvent.Note(clock.instant(), true, text)));
      }
    }
  }

  private void locked(Runnable act) {
    lock.lock();
    try {
      act.run();
    } finally {
      lock.unlock();
    }
  }

  private void tickUntilInterrupted() {
    try {
      while (true) {
        Thread.sleep(TICK);
        tick();
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  @FunctionalInterface
  private interface Act {
    void on(LogSink sink) throws IOException;
  }
}
