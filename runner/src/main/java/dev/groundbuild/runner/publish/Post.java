package dev.groundbuild.runner.publish;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages, one at a time, through a client that is opened for the first of them. Used by one
 * thread.
 */
final class Post implements AutoCloseable {
  private final Destination destination;
  private final Duration patience;
  private @Nullable PubsubClient client;

  /**
   * @param patience how long to wait for the acknowledgement of one message
   */
  Post(Destination destination, Duration patience) {
    this.destination = destination;
    this.patience = patience;
  }

  /** Sends a message and waits until it is acknowledged. */
  void send(StatusMessage message) throws PublishException, InterruptedException {
    PubsubClient open = client;
    if (open == null) {
      open = PubsubClient.open(destination);
      client = open;
    }
    try {
      open.publish(message, patience);
    } catch (PublishException e) {
      close(); // its channel would wait longer and longer before it looks for the server again
      throw e;
    }
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
      client = null;
    }
  }
}
