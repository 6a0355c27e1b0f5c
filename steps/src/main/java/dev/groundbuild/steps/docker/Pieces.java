package dev.groundbuild.steps.docker;

import com.github.dockerjava.api.async.ResultCallback;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** Brings an answer that comes in pieces from docker-java's thread to the caller's. */
final class Pieces {
  private Pieces() {}

  /**
   * Returns after the last piece. An interrupt breaks the connection, and the engine gives up.
   *
   * @param doing what is being done, for the message of a failure
   */
  static <T> void follow(
      Faults faults, String doing, Consumer<ResultCallback<T>> request, Consumer<T> taker) {
    Calls.refuseIfInterrupted(doing);
    BlockingQueue<Optional<T>> arrived = new LinkedBlockingQueue<>();
    try (Stream<T> stream =
        new Stream<>(
            faults,
            doing,
            item -> arrived.add(Optional.of(item)),
            () -> arrived.add(Optional.empty()))) {
      request.accept(stream);
      Optional<T> item = arrived.take();
      while (item.isPresent()) {
        taker.accept(item.get());
        item = arrived.take();
      }
      stream.awaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted: " + doing);
    }
  }
}
