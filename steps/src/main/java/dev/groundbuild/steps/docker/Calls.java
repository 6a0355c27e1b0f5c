package dev.groundbuild.steps.docker;

import dev.groundbuild.steps.engine.EngineException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Makes the requests to the engine on threads of its own, so that an interrupt of the caller never
 * breaks a request in the middle: what the engine does is known, and can be undone.
 */
final class Calls implements AutoCloseable {
  /**
   * How long an interrupted caller waits for a request that has to be undone, and close for all.
   */
  private static final long PATIENCE_SECONDS = 10;

  private final Faults faults;

  /**
   * No virtual ones: once a virtual thread has waited for a socket, the exit of the process takes
   * 300 ms longer, because the JVM waits for the thread that polls for it.
   */
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().name("engine-call-", 0).daemon().factory());

  Calls(Faults faults) {
    this.faults = faults;
  }

  /**
   * Waits for an answer. When the caller is interrupted, the request goes on and its answer is
   * dropped.
   *
   * @param doing what is being done, for the message of a failure
   */
  <T> T answer(String doing, Callable<T> request) {
    refuseIfInterrupted(doing);
    return await(doing, threads.submit(request));
  }

  /** As {@link #answer}, of a request that has none. */
  void done(String doing, Runnable request) {
    answer(doing, Executors.callable(request, true));
  }

  /**
   * Waits for something to be made. When the caller is interrupted, it is unmade before this
   * returns, or, when the engine is slow to answer, after.
   */
  <T> T made(String doing, Callable<T> request, Consumer<T> undo) {
    refuseIfInterrupted(doing);
    Future<T> made = threads.submit(request);
    try {
      return await(doing, made);
    } catch (CancellationException e) {
      Future<?> undone = threads.submit(() -> undo(made, undo));
      awaitUndone(undone);
      throw e;
    }
  }

  private static <T> void undo(Future<T> made, Consumer<T> undo) {
    T thing;
    try {
      thing = made.get();
    } catch (ExecutionException | InterruptedException e) {
      return;
    }
    undo.accept(thing);
  }

  /** The caller's flag is set, so it is put aside while we wait. */
  private static void awaitUndone(Future<?> undone) {
    boolean interrupted = Thread.interrupted();
    try {
      undone.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    } catch (ExecutionException | TimeoutException e) {
      // What is left behind carries our labels: the next run removes it.
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private <T> T await(String doing, Future<T> answer) {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted: " + doing);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw cause instanceof EngineException known ? known : faults.of(doing, cause);
    }
  }

  static void refuseIfInterrupted(String doing) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted before: " + doing);
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    boolean interrupted = Thread.interrupted();
    try {
      threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
