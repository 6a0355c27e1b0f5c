package dev.groundbuild.steps.docker;

import com.github.dockerjava.api.async.ResultCallback;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the engine that comes in pieces, on a thread of docker-java's.
 *
 * <p>Two threads meet here: docker-java's, which delivers, and the one that waits and may close.
 * The lock makes closing final: once {@link #close} has returned, no piece is delivered any more.
 * {@link #started} and {@link #ended} are completed by docker-java's thread, or by close.
 */
final class Stream<T> implements ResultCallback<T> {
  private final Faults faults;
  private final String doing;
  private final Consumer<T> pieces;
  private final Runnable atEnd;
  private final ReentrantLock lock = new ReentrantLock();
  private final CompletableFuture<Boolean> started = new CompletableFuture<>();
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
  private @Nullable Closeable connection;
  private boolean closed;

  Stream(Faults faults, String doing, Consumer<T> pieces) {
    this(faults, doing, pieces, () -> {});
  }

  /**
   * @param atEnd runs when nothing more will come, at least once
   */
  Stream(Faults faults, String doing, Consumer<T> pieces, Runnable atEnd) {
    this.faults = faults;
    this.doing = doing;
    this.pieces = pieces;
    this.atEnd = atEnd;
  }

  /** Waits until the engine has begun to answer. */
  void awaitStarted() {
    await(started);
  }

  /** Waits for the last piece to be delivered. */
  void awaitEnd() {
    await(ended);
  }

  private void await(CompletableFuture<Boolean> what) {
    try {
      what.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted: " + doing);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw cause instanceof SinkFailure failure ? failure.cause() : faults.of(doing, cause);
    }
  }

  @Override
  public void onStart(Closeable connection) {
    lock.lock();
    try {
      this.connection = connection;
      if (closed) {
        end(connection);
      }
    } finally {
      lock.unlock();
    }
    started.complete(true);
  }

  @Override
  public void onNext(T piece) {
    lock.lock();
    try {
      if (!closed) {
        pieces.accept(piece);
      }
    } catch (RuntimeException e) {
      throw new SinkFailure(e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onError(Throwable cause) {
    started.completeExceptionally(cause);
    ended.completeExceptionally(cause);
    atEnd.run();
  }

  @Override
  public void onComplete() {
    started.complete(true);
    ended.complete(true);
    atEnd.run();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      boolean first = !closed;
      closed = true;
      if (first && connection != null && !ended.isDone()) {
        end(connection);
      }
    } finally {
      lock.unlock();
    }
    ended.completeExceptionally(new IOException("closed"));
    atEnd.run();
  }

  private static void end(Closeable connection) {
    try {
      connection.close();
    } catch (IOException e) {
      // It is being given up; that it was broken already changes nothing.
    }
  }

  /** What the receiver of the pieces threw: not the engine's failure. */
  private static final class SinkFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final RuntimeException failure;

    SinkFailure(RuntimeException failure) {
      super(failure);
      this.failure = failure;
    }

    RuntimeException cause() {
      return failure;
    }
  }
}
