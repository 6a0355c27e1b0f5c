package dev.groundbuild.runner;

import org.jspecify.annotations.Nullable;

/** A source could not be read, fetched or trusted, or a workspace not be written. */
public final class SourceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Who has to act. */
  public enum Kind {
    /** The user's argument or files are wrong; the same call fails again. */
    USAGE,
    /** A disk, a network or a server failed. */
    FAILED
  }

  private final Kind kind;

  /**
   * @param message where, what, and what to do, ready for a user; never contains a password
   */
  public SourceException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public static SourceException usage(String message) {
    return new SourceException(Kind.USAGE, message, null);
  }

  public Kind kind() {
    return kind;
  }
}
