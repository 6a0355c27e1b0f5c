package dev.groundbuild.runner;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The moment at which a build's time is over. */
record Deadline(InstantSource clock, Instant at) {

  /** Thrown when the time is over. */
  static final class Passed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Passed() {
      super("not done in time");
    }
  }

  Duration left() {
    Duration left = Duration.between(clock.instant(), at);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /**
   * Does blocking work on a thread of its own. When the time is over, or the calling thread is
   * interrupted, the work is interrupted and waited for first.
   *
   * @throws Passed when the time is over
   * @throws CancellationException when the calling thread is interrupted; its flag is cleared
   */
  <T> T within(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread worker = Thread.ofVirtual().name("build-phase").start(task);
    try {
      return result(task, worker);
    } catch (InterruptedException e) {
      end(worker);
      throw new CancellationException();
    }
  }

  /**
   * As {@link #within}, but an interrupt of the calling thread does not end the work; its flag is
   * cleared.
   */
  <T> T withinWhatever(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread worker = Thread.ofVirtual().name("build-phase").start(task);
    while (true) {
      try {
        return result(task, worker);
      } catch (InterruptedException _) {
        // Once more.
      }
    }
  }

  private <T> T result(FutureTask<T> task, Thread worker) throws InterruptedException {
    try {
      return task.get(left().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      end(worker);
      throw new Passed();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException r) {
        throw r;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * Whoever cancels may insist; the work is being ended already, and its end is waited for all the
   * same.
   */
  private static void end(Thread worker) {
    worker.interrupt();
    while (worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException again) {
        worker.interrupt();
      }
    }
  }
}
