package dev.groundbuild.runner.fetch;

/** A download was asked for in a way that can't work; the message says what to do. */
public final class BadFetchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadFetchException(String message) {
    super(message);
  }
}
