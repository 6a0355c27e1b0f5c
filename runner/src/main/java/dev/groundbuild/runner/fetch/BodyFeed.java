package dev.groundbuild.runner.fetch;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Brings a response's body from the client's threads to the one that asked for it, which can then
 * stop waiting: for an interrupt, or when the server falls silent. The client is asked for one
 * piece at a time, so a slow disk slows the server down.
 */
final class BodyFeed implements Flow.Subscriber<List<ByteBuffer>> {
  private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();

  private sealed interface Piece {
    record Opened(Flow.Subscription subscription) implements Piece {}

    record Bytes(List<ByteBuffer> buffers) implements Piece {}

    record Broken(Throwable why) implements Piece {}

    record End() implements Piece {}
  }

  /** Where the bytes go. */
  interface Sink {
    void write(ByteBuffer bytes) throws FetchFailure;
  }

  /** Reads nothing, and lets the connection go. */
  static void discard(Flow.Publisher<List<ByteBuffer>> body) {
    body.subscribe(
        new Flow.Subscriber<>() {
          @Override
          public void onSubscribe(Flow.Subscription subscription) {
            subscription.cancel();
          }

          @Override
          public void onNext(List<ByteBuffer> item) {}

          @Override
          public void onError(Throwable why) {}

          @Override
          public void onComplete() {}
        });
  }

  /**
   * @param silence how long the server may send nothing
   */
  static void copy(Flow.Publisher<List<ByteBuffer>> body, Sink sink, Duration silence)
      throws IOException, FetchFailure, InterruptedException {
    BodyFeed feed = new BodyFeed();
    body.subscribe(feed);
    feed.drain(sink, silence);
  }

  private void drain(Sink sink, Duration silence)
      throws IOException, FetchFailure, InterruptedException {
    Flow.Subscription subscription = null;
    try {
      while (true) {
        Piece piece = pieces.poll(silence.toMillis(), TimeUnit.MILLISECONDS);
        switch (piece) {
          case null -> throw new HttpTimeoutException("silent");
          case Piece.Opened opened -> subscription = opened.subscription();
          case Piece.Bytes bytes -> {
            for (ByteBuffer buffer : bytes.buffers()) {
              sink.write(buffer);
            }
          }
          case Piece.Broken broken -> throw asIo(broken.why());
          case Piece.End _ -> {
            return;
          }
        }
        if (subscription != null) {
          subscription.request(1);
        }
      }
    } finally {
      if (subscription != null) {
        subscription.cancel();
      }
    }
  }

  private static IOException asIo(Throwable why) {
    return why instanceof IOException io ? io : new IOException(why.getMessage(), why);
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    pieces.add(new Piece.Opened(subscription));
  }

  @Override
  public void onNext(List<ByteBuffer> item) {
    pieces.add(new Piece.Bytes(item));
  }

  @Override
  public void onError(Throwable why) {
    pieces.add(new Piece.Broken(why));
  }

  @Override
  public void onComplete() {
    pieces.add(new Piece.End());
  }
}
