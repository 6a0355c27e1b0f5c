package dev.groundbuild.runner.identity;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** One client of the metadata server: request and answer by turns, until one of the two ends it. */
final class MetadataConnection {
  private static final int PATIENCE_MILLIS = 60_000;
  private static final Map<Integer, String> REASONS =
      Map.of(
          200, "OK",
          301, "Moved Permanently",
          400, "Bad Request",
          403, "Forbidden",
          404, "Not Found",
          405, "Method Not Allowed",
          503, "Service Unavailable");

  private MetadataConnection() {}

  static void serve(Socket client, Function<HttpRequest, Answer> metadata) {
    try (client) {
      client.setSoTimeout(PATIENCE_MILLIS);
      client.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(client.getInputStream());
      OutputStream out = client.getOutputStream();
      boolean more = true;
      while (more) {
        more = serveOne(in, out, metadata);
      }
    } catch (IOException e) {
      // The client is gone, silent for too long, or the build is over.
      return;
    }
  }

  private static boolean serveOne(
      InputStream in, OutputStream out, Function<HttpRequest, Answer> metadata) throws IOException {
    Optional<HttpRequest> request;
    try {
      request = HttpRequest.read(in);
    } catch (HttpRequest.MalformedException e) {
      write(out, Answer.problem(400, "Not understood: " + e.getMessage()), true, false);
      return false;
    }
    if (request.isEmpty()) {
      return false;
    }
    boolean more = request.get().keepsAlive();
    Answer answer = metadata.apply(request.get());
    write(out, answer, !request.get().method().equals("HEAD"), more);
    return more;
  }

  private static void write(OutputStream out, Answer answer, boolean withBody, boolean more)
      throws IOException {
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(answer.status()).append(' ');
    head.append(REASONS.getOrDefault(answer.status(), "Unknown")).append("\r\n");
    head.append("Metadata-Flavor: Google\r\nServer: Metadata Server for VM\r\n");
    head.append("Content-Type: ").append(answer.type()).append("\r\n");
    head.append("Content-Length: ").append(body.length).append("\r\n");
    answer.more().forEach((n, v) -> head.append(n).append(": ").append(v).append("\r\n"));
    head.append("X-XSS-Protection: 0\r\nX-Frame-Options: SAMEORIGIN\r\n");
    head.append(more ? "" : "Connection: close\r\n").append("\r\n");
    byte[] first = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = new byte[first.length + (withBody ? body.length : 0)];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(body, 0, all, first.length, all.length - first.length);
    out.write(all);
    out.flush();
  }
}
