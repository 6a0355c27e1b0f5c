package dev.groundbuild.runner.cli;

/** The user asked for something that can't be done as asked; the message says what to do. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
