package dev.groundbuild.steps;

/** What a step has written to {@code $GROUNDBUILD_ENV} can't be read; the message says where. */
final class BadVariablesException extends Exception {
  private static final long serialVersionUID = 1L;

  BadVariablesException(String problem) {
    super(problem);
  }
}
