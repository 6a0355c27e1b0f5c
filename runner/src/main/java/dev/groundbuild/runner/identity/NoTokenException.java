package dev.groundbuild.runner.identity;

/** A token can't be had; the message is for the user and holds no secret. */
final class NoTokenException extends Exception {
  private static final long serialVersionUID = 1L;
  private final boolean passing;

  /**
   * @param passing whether it may be had later
   */
  NoTokenException(String message, boolean passing) {
    super(message);
    this.passing = passing;
  }

  boolean isPassing() {
    return passing;
  }

  /** The message; there always is one. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
