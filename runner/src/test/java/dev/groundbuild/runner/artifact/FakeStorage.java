package dev.groundbuild.runner.artifact;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cloud Storage's JSON API, as far as uploads go: buckets, resumable uploads in pieces, generations
 * and sums. Buckets are known beforehand; those whose names contain {@code denied} take nothing.
 */
public final class FakeStorage implements AutoCloseable {
  private static final Pattern RANGE = Pattern.compile("bytes (\\*|(\\d+)-(\\d+))/(\\*|\\d+)");

  private final HttpServer server;
  private final Set<String> buckets;
  private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
  private final Map<String, Upload> uploads = new ConcurrentHashMap<>();
  private final AtomicInteger generations = new AtomicInteger(1000);
  public final AtomicInteger pieces = new AtomicInteger();
  public final AtomicInteger failures = new AtomicInteger();

  private record Upload(String bucket, String name, ByteArrayOutputStream bytes) {}

  public FakeStorage(Set<String> buckets) throws IOException {
    this.buckets = buckets;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  public String address() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /** Every object, by {@code bucket/name}. */
  public Map<String, byte[]> objects() {
    return Map.copyOf(objects);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String query = String.valueOf(exchange.getRequestURI().getQuery());
      String method = exchange.getRequestMethod();
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (method.equals("GET") && path.startsWith("/storage/v1/b/")) {
        bucket(exchange, path.substring("/storage/v1/b/".length()));
      } else if (method.equals("POST") && query.contains("uploadType=resumable")) {
        begin(exchange, path.split("/", -1)[5], body, query);
      } else if (method.equals("PUT") && query.contains("upload_id=")) {
        piece(exchange, query.replaceFirst(".*upload_id=([^&]*).*", "$1"), body);
      } else {
        error(exchange, 400, "not known here: " + method + " " + exchange.getRequestURI());
      }
    }
  }

  private void bucket(HttpExchange exchange, String name) throws IOException {
    if (!buckets.contains(name)) {
      error(exchange, 404, "The specified bucket does not exist.");
    } else {
      JsonObject json = new JsonObject();
      json.addProperty("kind", "storage#bucket");
      json.addProperty("name", name);
      send(exchange, 200, json.toString());
    }
  }

  private void begin(HttpExchange exchange, String bucket, byte[] body, String query)
      throws IOException {
    if (bucket.contains("denied")) {
      error(exchange, 403, "somebody does not have storage.objects.create access");
      return;
    }
    JsonObject json =
        body.length == 0
            ? new JsonObject()
            : JsonParser.parseString(new String(body, StandardCharsets.UTF_8)).getAsJsonObject();
    String name =
        json.has("name")
            ? json.get("name").getAsString()
            : URLDecoder.decode(
                query.replaceFirst(".*\\bname=([^&]*).*", "$1"), StandardCharsets.UTF_8);
    String id = "u" + generations.incrementAndGet();
    uploads.put(id, new Upload(bucket, name, new ByteArrayOutputStream()));
    exchange
        .getResponseHeaders()
        .add("Location", address() + "/upload/storage/v1/b/" + bucket + "/o?upload_id=" + id);
    send(exchange, 200, "");
  }

  private void piece(HttpExchange exchange, String id, byte[] body) throws IOException {
    pieces.incrementAndGet();
    if (failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      error(exchange, 503, "try again");
      return;
    }
    Upload upload = Objects.requireNonNull(uploads.get(id));
    Matcher range =
        RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Content-Range")));
    boolean ranged = range.matches();
    if (ranged
        && range.group(2) != null
        && Integer.parseInt(range.group(2)) != upload.bytes().size()) {
      error(exchange, 400, "out of order");
      return;
    }
    upload.bytes().writeBytes(body);
    if (ranged
        && (range.group(4).equals("*")
            || Integer.parseInt(range.group(4)) > upload.bytes().size())) {
      if (upload.bytes().size() > 0) {
        exchange.getResponseHeaders().add("Range", "bytes=0-" + (upload.bytes().size() - 1));
      }
      exchange.sendResponseHeaders(308, -1);
      return;
    }
    byte[] all = upload.bytes().toByteArray();
    objects.put(upload.bucket() + "/" + upload.name(), all);
    JsonObject json = new JsonObject();
    json.addProperty("kind", "storage#object");
    json.addProperty("bucket", upload.bucket());
    json.addProperty("name", upload.name());
    json.addProperty("generation", String.valueOf(generations.incrementAndGet()));
    json.addProperty("metageneration", "1");
    json.addProperty("size", String.valueOf(all.length));
    json.addProperty(
        "md5Hash", Base64.getEncoder().encodeToString(Hashes.digest("MD5").digest(all)));
    send(exchange, 200, json.toString());
  }

  private static void error(HttpExchange exchange, int code, String message) throws IOException {
    JsonObject error = new JsonObject();
    error.addProperty("code", code);
    error.addProperty("message", message);
    JsonObject json = new JsonObject();
    json.add("error", error);
    send(exchange, code, json.toString());
  }

  private static void send(HttpExchange exchange, int code, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json; charset=UTF-8");
    exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
