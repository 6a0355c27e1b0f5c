package dev.groundbuild.runner.secret;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps what Google's libraries have to say to themselves from the user's terminal. */
final class Quiet {
  /** Whoever sets a level must hold the logger: it would be forgotten otherwise. */
  private static final List<Logger> LOGGERS =
      List.of(Logger.getLogger("io.grpc"), Logger.getLogger("com.google"));

  /** Else the JVM warns of what that library does. */
  private static final String NO_UNSAFE = "io.grpc.netty.shaded.io.netty.noUnsafe";

  private Quiet() {}

  /** Before the first of their classes is loaded. */
  static void please() {
    LOGGERS.forEach(logger -> logger.setLevel(Level.OFF));
    if (System.getProperty(NO_UNSAFE) == null) {
      System.setProperty(NO_UNSAFE, "true");
    }
  }
}
