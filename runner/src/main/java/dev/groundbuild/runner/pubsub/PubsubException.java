package dev.groundbuild.runner.pubsub;

import java.io.Serial;

/** The server can't start, or a call to one failed; the message is for the user. */
public final class PubsubException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  PubsubException(String message) {
    super(message);
  }

  PubsubException(String message, Throwable cause) {
    super(message, cause);
  }
}
