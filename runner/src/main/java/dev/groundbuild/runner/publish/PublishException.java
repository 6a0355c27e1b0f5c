package dev.groundbuild.runner.publish;

/** A message was not taken. The text says why, and what to do. */
final class PublishException extends Exception {
  private static final long serialVersionUID = 1L;
  private final boolean lasting;

  /**
   * @param lasting whether it would fail again until somebody does something about it
   */
  PublishException(boolean lasting, String message, Throwable cause) {
    super(message, cause);
    this.lasting = lasting;
  }

  boolean isLasting() {
    return lasting;
  }

  String text() {
    String message = getMessage();
    return message == null ? toString() : message;
  }
}
