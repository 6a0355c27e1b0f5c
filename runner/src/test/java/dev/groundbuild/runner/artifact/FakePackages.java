package dev.groundbuild.runner.artifact;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Repositories of packages: below {@code /maven/} files that are put and got; below {@code /npm/} a
 * registry that {@code npm install} can use; at {@code /python/} the form of twine. Whoever writes
 * has to be {@code me:secret}.
 */
public final class FakePackages implements AutoCloseable {
  private static final String LOGIN =
      "Basic " + Base64.getEncoder().encodeToString("me:secret".getBytes(StandardCharsets.UTF_8));

  private final HttpServer server;
  public final Map<String, byte[]> files = new ConcurrentSkipListMap<>();

  /** The paths that were put, in their order. */
  public final List<String> order = new CopyOnWriteArrayList<>();

  public final List<String> forms = new CopyOnWriteArrayList<>();
  public final AtomicInteger failures = new AtomicInteger();

  public FakePackages() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  public String host() {
    return "localhost:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path =
          URLDecoder.decode(exchange.getRequestURI().getRawPath(), StandardCharsets.UTF_8);
      byte[] body = exchange.getRequestBody().readAllBytes();
      boolean reads = exchange.getRequestMethod().equals("GET");
      if (failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        send(exchange, 503, new byte[0]);
      } else if (!reads && !LOGIN.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        send(exchange, 401, "who are you?".getBytes(StandardCharsets.UTF_8));
      } else if (reads) {
        byte[] found = files.get(path);
        send(exchange, found == null ? 404 : 200, found == null ? new byte[0] : found);
      } else if (path.startsWith("/npm/")) {
        publish(path, body);
        send(exchange, 201, "{}".getBytes(StandardCharsets.UTF_8));
      } else if (path.startsWith("/python/")) {
        forms.add(new String(body, StandardCharsets.ISO_8859_1));
        send(exchange, 200, new byte[0]);
      } else {
        files.put(path, body);
        order.add(path);
        send(exchange, 201, new byte[0]);
      }
    }
  }

  /** As a registry does: the archive apart, and the rest as the package's description. */
  private void publish(String path, byte[] body) {
    JsonObject document =
        JsonParser.parseString(new String(body, StandardCharsets.UTF_8)).getAsJsonObject();
    JsonObject attached = document.remove("_attachments").getAsJsonObject();
    for (Map.Entry<String, JsonElement> each : new TreeMap<>(attached.asMap()).entrySet()) {
      byte[] archive =
          Base64.getDecoder().decode(each.getValue().getAsJsonObject().get("data").getAsString());
      files.put(path + "/-/" + each.getKey(), archive);
    }
    files.put(path, document.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int code, byte[] body) throws IOException {
    exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
