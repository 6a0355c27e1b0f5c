package dev.groundbuild.runner.pubsub;

import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Netty without native code and without memory of its own: for calls within one machine that makes
 * no difference, and the JVM has nothing to warn about. Nor does the log of gRPC say what users
 * can't use.
 */
final class PlainNetty {
  private static final String NETTY = "io.grpc.netty.shaded.io.netty.";

  /** Held here, or else the level would be lost with it. */
  private static final Logger GRPC = Logger.getLogger("io.grpc");

  private PlainNetty() {}

  /** To be called before the first server or channel is made; again does nothing more. */
  static void choose() {
    for (String property : new String[] {"noUnsafe", "transport.noNative"}) {
      if (System.getProperty(NETTY + property) == null) {
        System.setProperty(NETTY + property, "true");
      }
    }
    GRPC.setLevel(Level.SEVERE);
  }
}
