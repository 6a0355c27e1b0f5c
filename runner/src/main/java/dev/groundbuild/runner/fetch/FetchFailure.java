package dev.groundbuild.runner.fetch;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** One try of a download failed. */
final class FetchFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean passing;
  private final Duration atLeast;

  private FetchFailure(String message, boolean passing, Duration atLeast) {
    super(message);
    this.passing = passing;
    this.atLeast = atLeast;
  }

  /** The same would happen again. */
  static FetchFailure lasting(String message) {
    return new FetchFailure(message, false, Duration.ZERO);
  }

  /** It may be better later, but not before a time that the server may have named. */
  static FetchFailure passing(String message, Duration atLeast) {
    return new FetchFailure(message, true, atLeast);
  }

  /** What the network reports. */
  static FetchFailure of(IOException e) {
    if (e instanceof SSLHandshakeException) {
      return lasting("the server's certificate can't be trusted: " + reason(e));
    }
    return passing(words(e), Duration.ZERO);
  }

  private static String words(IOException e) {
    return switch (e) {
      case HttpConnectTimeoutException _ -> "the server can't be reached in time";
      case HttpTimeoutException _ -> "the server does not answer";
      case ConnectException c ->
          isUnresolved(c)
              ? "there is no host of this name; check the address and the network"
              : "the server can't be reached: " + reason(c);
      case SSLException s -> "the encrypted connection failed: " + reason(s);
      default -> "the connection broke: " + reason(e);
    };
  }

  private static boolean isUnresolved(Throwable e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof UnresolvedAddressException) {
        return true;
      }
    }
    return false;
  }

  private static String reason(Throwable e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      String message = t.getMessage();
      if (message != null && !message.isBlank()) {
        return message.lines().findFirst().orElse(message);
      }
    }
    return e instanceof ConnectException ? "connection refused" : "no reason given";
  }

  boolean isPassing() {
    return passing;
  }

  Duration atLeast() {
    return atLeast;
  }

  String words() {
    return String.valueOf(getMessage());
  }
}
