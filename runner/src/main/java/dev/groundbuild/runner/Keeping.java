package dev.groundbuild.runner;

import java.time.Duration;

/**
 * Whether a build's volumes stay on the engine after it.
 *
 * @param time for how long
 */
public record Keeping(When when, Duration time) {
  public static final Keeping NEVER = new Keeping(When.NEVER, Duration.ZERO);

  /** After which ends. */
  public enum When {
    NEVER,
    /** After any but success: FAILURE, TIMEOUT, INTERNAL_ERROR, CANCELLED, a killed process. */
    FAILURE,
    ALWAYS
  }

  boolean after(boolean success) {
    return switch (when) {
      case NEVER -> false;
      case FAILURE -> !success;
      case ALWAYS -> true;
    };
  }
}
