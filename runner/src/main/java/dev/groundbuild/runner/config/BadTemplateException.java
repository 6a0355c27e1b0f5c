package dev.groundbuild.runner.config;

/** A text can't be substituted; the message says what is wrong and what to do. */
final class BadTemplateException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String reason;

  BadTemplateException(String reason) {
    super(reason);
    this.reason = reason;
  }

  /** The message. */
  String reason() {
    return reason;
  }
}
