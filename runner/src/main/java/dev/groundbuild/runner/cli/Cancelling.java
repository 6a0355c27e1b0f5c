package dev.groundbuild.runner.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jline.utils.Signals;

/**
 * While open, the first Ctrl-C (or SIGTERM, SIGHUP) interrupts a thread, and the second ends the
 * process at once.
 *
 * <p>Signals come on threads of the JVM's own, two at once perhaps: an atomic counter decides which
 * one is the first.
 */
final class Cancelling implements AutoCloseable {
  private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");

  private final String first;
  private final String second;
  private final Thread thread;
  private final PrintStream err;
  private final List<Object> before;
  private final AtomicInteger signals = new AtomicInteger();

  private Cancelling(String first, String second, Thread thread, PrintStream err) {
    this.first = first;
    this.second = second;
    this.thread = thread;
    this.err = err;
    this.before = SIGNALS.stream().map(name -> Signals.register(name, this::signalled)).toList();
    refuseWhileEnding();
  }

  /**
   * A signal that came before this was opened ends the process, which takes the JVM a moment:
   * nothing may be begun in it that nobody would clear away.
   */
  private static void refuseWhileEnding() {
    Thread hook = new Thread(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(hook);
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      throw new CancellationException("the process is ending");
    }
  }

  static Cancelling onSignals(Thread thread, PrintStream err) {
    return new Cancelling(
        "cancelling the build and clearing up; once more to end at once",
        "ended; the next run, or groundbuild clean, removes what is left on the engine",
        thread,
        err);
  }

  /**
   * The same for what is no build.
   *
   * @param what is cancelled, such as {@code the downloads}
   */
  static Cancelling of(String what, Thread thread, PrintStream err) {
    return new Cancelling(
        "cancelling " + what + " and clearing up; once more to end at once",
        "ended; what was under way is left half done",
        thread,
        err);
  }

  /**
   * The same for what has no end of its own.
   *
   * @param what ends, such as {@code the server}
   */
  static Cancelling ending(String what, Thread thread, PrintStream err) {
    return new Cancelling("ending " + what, "ended at once", thread, err);
  }

  private void signalled() {
    if (signals.incrementAndGet() == 1) {
      err.println("groundbuild: " + first);
      thread.interrupt();
      return;
    }
    err.println("groundbuild: " + second);
    Runtime.getRuntime().halt(ExitCode.CANCELLED);
  }

  @Override
  public void close() {
    for (int i = 0; i < SIGNALS.size(); i++) {
      Signals.unregister(SIGNALS.get(i), before.get(i));
    }
  }
}
