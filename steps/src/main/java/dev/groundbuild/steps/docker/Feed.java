package dev.groundbuild.steps.docker;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A stream on its way to the engine, read by a thread of ours, given by another. Closing it ends
 * the request and leaves the stream itself to its owner.
 */
final class Feed extends FilterInputStream {
  // Written by the thread that gave the stream, read by the one that reads it; moves once.
  private volatile boolean closed;

  Feed(InputStream in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    refuseIfClosed();
    return super.read();
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    refuseIfClosed();
    return super.read(bytes, offset, count);
  }

  private void refuseIfClosed() throws IOException {
    if (closed) {
      throw new IOException("given up");
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
