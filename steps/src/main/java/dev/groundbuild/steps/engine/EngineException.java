package dev.groundbuild.steps.engine;

import org.jspecify.annotations.Nullable;

/** The engine could not do what it was asked. A failing step is never this: it is a value. */
public final class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What went wrong, as far as the caller can act on it. */
  public enum Kind {
    /** Nothing answers at the engine's address. */
    UNREACHABLE,
    /** The image, container, volume or network is not there. */
    NOT_FOUND,
    /** The name is taken, or the object is in use. */
    CONFLICT,
    /**
     * The engine refuses the request: a bad argument, a missing command, a capability that it
     * lacks.
     */
    REFUSED,
    /** A registry wants credentials, or other ones. */
    UNAUTHORIZED,
    /** The disk of the engine is full. */
    DISK_FULL,
    /** Anything else; a retry may help. */
    FAILED
  }

  private final Kind kind;

  /**
   * @param message where, what, and what to do, ready for a user
   */
  public EngineException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
