package dev.groundbuild.runner.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A stream that a thread of its own writes while another reads. The two share one bounded queue:
 * the writer puts chunks and, as its last act, an empty chunk; what it failed with is set before
 * that chunk and read only after it, so the queue orders the two. Closing interrupts the writer and
 * waits for it, so nothing of it is left behind.
 */
final class TarPipe extends InputStream {
  private static final int CHUNKS = 4;
  private static final byte[] END = {};

  private final BlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(CHUNKS);
  private final Thread writer;
  private @Nullable Throwable failure;
  private byte[] chunk = END;
  private int at;
  private boolean ended;

  /** Writes everything to the stream it is given. */
  interface Writer {
    void write(OutputStream out) throws IOException;
  }

  TarPipe(Writer content) {
    writer = Thread.ofVirtual().name("source").start(() -> run(content));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (at == chunk.length && !next()) {
      return -1;
    }
    int n = Math.min(length, chunk.length - at);
    System.arraycopy(chunk, at, into, offset, n);
    at += n;
    return n;
  }

  /** Ends the writer, wherever it is, and waits until it has ended. */
  @Override
  public void close() {
    ended = true;
    writer.interrupt();
    queue.clear(); // room for the last chunk; an interrupted writer adds no other
    boolean interrupted = false;
    while (true) {
      try {
        writer.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean next() throws IOException {
    if (ended) {
      return false;
    }
    try {
      chunk = queue.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (CancellationException) new CancellationException("cancelled").initCause(e);
    }
    at = 0;
    if (chunk.length > 0) {
      return true;
    }
    ended = true;
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new CompletionException(failure);
    }
    return false;
  }

  @SuppressWarnings("Interruption") // the reader is gone or will be told; there is no one else
  private void run(Writer content) {
    try {
      content.write(new Chunks());
    } catch (Throwable e) { // the top of a thread: the reader throws it
      failure = e;
    }
    Thread.interrupted();
    try {
      queue.put(END);
    } catch (InterruptedException e) {
      queue.clear(); // closed: nobody reads any more
    }
  }

  /** The writer's end. */
  private final class Chunks extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      if (length == 0) {
        return;
      }
      try {
        queue.put(Arrays.copyOfRange(from, offset, offset + length));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (CancellationException) new CancellationException("cancelled").initCause(e);
      }
    }
  }
}
