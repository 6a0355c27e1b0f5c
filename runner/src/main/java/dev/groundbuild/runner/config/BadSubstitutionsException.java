package dev.groundbuild.runner.config;

/** What was given for {@code --substitutions} can't be used; the message is fit for a user. */
public final class BadSubstitutionsException extends RuntimeException {
  private static final long serialVersionUID = 1;

  BadSubstitutionsException(String message) {
    super("--substitutions: " + message);
  }
}
