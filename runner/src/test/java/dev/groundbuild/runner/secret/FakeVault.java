package dev.groundbuild.runner.secret;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The answers of a Vault with one key-value store of version 2, called {@code secret}. */
final class FakeVault implements AutoCloseable {
  static final String TOKEN = "hvs.test-token";

  private final HttpServer server;
  private final Map<String, Map<String, String>> secrets = new HashMap<>();
  private final Set<String> forbidden = new HashSet<>();
  private final Deque<Integer> faults = new ArrayDeque<>();

  private String active = "";

  FakeVault() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  FakeVault put(String path, Map<String, String> data) {
    secrets.put(path, data);
    return this;
  }

  FakeVault forbid(String path) {
    forbidden.add(path);
    return this;
  }

  /** Answers the next requests with these. */
  FakeVault fail(Integer... statuses) {
    faults.addAll(List.of(statuses));
    return this;
  }

  /** Becomes a standby of another. */
  FakeVault standbyOf(String address) {
    active = address;
    return this;
  }

  private void answer(HttpExchange exchange) throws IOException {
    if (!active.isEmpty()) {
      exchange.getResponseHeaders().set("Location", active + exchange.getRequestURI().getRawPath());
      send(exchange, 307, new JsonObject());
      return;
    }
    String path = exchange.getRequestURI().getPath();
    String prefix = "/v1/secret/data/";
    String key = path.startsWith(prefix) ? path.substring(prefix.length()) : "";
    boolean known = TOKEN.equals(exchange.getRequestHeaders().getFirst("X-Vault-Token"));
    if (!faults.isEmpty()) {
      send(exchange, faults.poll(), errors("Vault is sealed"));
    } else if (!known || !path.startsWith(prefix) || forbidden.contains(key)) {
      send(exchange, 403, errors("1 error occurred:\n\t* permission denied\n\n"));
    } else if (!secrets.containsKey(key)) {
      send(exchange, 404, errors());
    } else {
      JsonObject values = new JsonObject();
      secrets.get(key).forEach(values::addProperty);
      JsonObject metadata = new JsonObject();
      metadata.addProperty("version", 1);
      JsonObject data = new JsonObject();
      data.add("data", values);
      data.add("metadata", metadata);
      JsonObject body = new JsonObject();
      body.addProperty("request_id", "1");
      body.add("data", data);
      send(exchange, 200, body);
    }
  }

  private static JsonObject errors(String... texts) {
    JsonArray errors = new JsonArray();
    List.of(texts).forEach(errors::add);
    JsonObject body = new JsonObject();
    body.add("errors", errors);
    return body;
  }

  private static void send(HttpExchange exchange, int status, JsonObject body) throws IOException {
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
