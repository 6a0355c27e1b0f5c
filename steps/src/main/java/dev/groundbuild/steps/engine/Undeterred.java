package dev.groundbuild.steps.engine;

/** Does what must be done even on a thread that was interrupted. */
public final class Undeterred {
  private Undeterred() {}

  /** Does it with the interrupt flag cleared, and sets the flag again for the caller. */
  public static void run(Runnable action) {
    boolean interrupted = Thread.interrupted();
    try {
      action.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
