package dev.groundbuild.runner.identity;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The head of a request; its body, if any, is skipped.
 *
 * @param headers names in lower case
 */
record HttpRequest(String method, String target, String version, Map<String, String> headers) {
  private static final int LONGEST_LINE = 16 * 1024;
  private static final int MOST_HEADERS = 100;
  private static final long LONGEST_BODY = 1024 * 1024;

  HttpRequest {
    headers = Map.copyOf(headers);
  }

  /** Not what a client of this kind sends. */
  static final class MalformedException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  /** The next one of a connection; empty at its end. */
  static Optional<HttpRequest> read(InputStream in) throws IOException {
    Optional<String> first = line(in);
    if (first.isEmpty()) {
      return Optional.empty();
    }
    String[] words = first.get().split(" ", -1);
    if (words.length != 3 || !words[1].startsWith("/") || !words[2].startsWith("HTTP/1.")) {
      throw new MalformedException("no request line of HTTP/1.1");
    }
    Map<String, String> headers = headers(in);
    if (headers.containsKey("transfer-encoding")) {
      throw new MalformedException("a body of unknown length");
    }
    String length = headers.getOrDefault("content-length", "0");
    if (!length.matches("[0-9]{1,9}") || Long.parseLong(length) > LONGEST_BODY) {
      throw new MalformedException("a body that is too long");
    }
    in.skipNBytes(Long.parseLong(length));
    return Optional.of(new HttpRequest(words[0], words[1], words[2], headers));
  }

  private static Map<String, String> headers(InputStream in) throws IOException {
    Map<String, String> headers = new HashMap<>();
    for (int count = 0; count < MOST_HEADERS; count++) {
      String line = line(in).orElse("");
      if (line.isEmpty()) {
        return headers;
      }
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
            line.substring(colon + 1).strip());
      }
    }
    throw new MalformedException("too many headers");
  }

  private static Optional<String> line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int next = in.read();
    if (next < 0) {
      return Optional.empty();
    }
    byte[] one = new byte[1];
    while (next >= 0 && next != '\n') {
      if (line.length() == LONGEST_LINE) {
        throw new MalformedException("a line that is too long");
      }
      one[0] = (byte) next;
      line.append(new String(one, StandardCharsets.ISO_8859_1));
      next = in.read();
    }
    return Optional.of(line.toString().replaceFirst("\r$", ""));
  }

  /** Whether the client wants to ask more on the same connection. */
  boolean keepsAlive() {
    String connection = headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
    return version.equals("HTTP/1.1")
        ? !connection.contains("close")
        : connection.contains("keep-alive");
  }
}
