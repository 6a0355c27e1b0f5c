package dev.groundbuild.steps.docker;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The first lines of an HTTP/1.1 request.
 *
 * @param fields header lines as they came, without line ends
 */
record HttpHead(String method, String target, String version, List<String> fields) {
  private static final int LIMIT = 256 * 1024;

  HttpHead {
    fields = List.copyOf(fields);
  }

  /** Reads up to the empty line; null when the stream ends before a request begins. */
  static @Nullable HttpHead read(InputStream in) throws IOException {
    String first = line(in);
    if (first == null) {
      return null;
    }
    String[] parts = first.split(" ", 3);
    if (parts.length != 3) {
      throw new IOException("not an HTTP request: " + first);
    }
    List<String> fields = new ArrayList<>();
    for (String line = line(in); line == null || !line.isEmpty(); line = line(in)) {
      if (line == null) {
        throw new EOFException("the request ends in its head");
      }
      fields.add(line);
    }
    return new HttpHead(parts[0], parts[1], parts[2], fields);
  }

  private static @Nullable String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        if (line.size() == 0) {
          return null;
        }
        throw new EOFException("the request ends in its head");
      }
      if (line.size() == LIMIT) {
        throw new IOException("a line of the request's head is too long");
      }
      line.write(b);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  /** The value of the first header of that name, which is given in lower case. */
  Optional<String> header(String name) {
    return fields.stream()
        .filter(f -> f.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .findFirst()
        .map(f -> f.substring(name.length() + 1).strip());
  }

  /** Whether what follows is no longer HTTP: attach, exec, and BuildKit's sessions. */
  boolean takesOver() {
    return header("upgrade").isPresent()
        || target.matches("(?:/v[0-9.]+)?/(?:containers/[^/]+/attach|exec/[^/]+/start)(?:\\?.*)?");
  }

  boolean chunked() {
    return header("transfer-encoding")
        .filter(v -> v.toLowerCase(Locale.ROOT).contains("chunked"))
        .isPresent();
  }

  long length() throws IOException {
    Optional<String> length = header("content-length");
    try {
      return length.isEmpty() ? 0 : Long.parseLong(length.get());
    } catch (NumberFormatException e) {
      throw new IOException("not a length: " + length.get(), e);
    }
  }

  HttpHead withTarget(String other) {
    return new HttpHead(method, other, version, fields);
  }

  /** The same request with a body of known length. */
  HttpHead withBody(long bytes) {
    List<String> kept = new ArrayList<>();
    for (String field : fields) {
      String name = field.toLowerCase(Locale.ROOT);
      if (!name.startsWith("content-length:")
          && !name.startsWith("transfer-encoding:")
          && !name.startsWith("expect:")) {
        kept.add(field);
      }
    }
    kept.add("Content-Length: " + bytes);
    return new HttpHead(method, target, version, kept);
  }

  byte[] bytes() {
    StringBuilder text = new StringBuilder(method + " " + target + " " + version + "\r\n");
    fields.forEach(f -> text.append(f).append("\r\n"));
    return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
