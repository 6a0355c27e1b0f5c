package dev.groundbuild.steps;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/**
 * A registry on this machine with one image, {@code thing:1}, that has no file. Counts what it is
 * asked, fails as often as it is told, and may want a password.
 */
final class TestRegistry implements AutoCloseable {
  private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

  private final ServerSocket server;
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final byte[] manifest;
  private final Optional<String> password;
  final AtomicInteger failures = new AtomicInteger();
  final AtomicInteger manifestRequests = new AtomicInteger();

  TestRegistry(Optional<String> password) {
    this.password = password;
    this.manifest = manifest();
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().name("test-registry").start(this::accept);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        // Closed.
        return;
      }
    }
  }

  /** One request for each connection; whoever speaks TLS is turned away at once. */
  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      String request = line(in);
      if (!request.startsWith("GET ") && !request.startsWith("HEAD ")) {
        return;
      }
      Map<String, String> headers = new HashMap<>();
      for (String header = line(in); !header.isEmpty(); header = line(in)) {
        int colon = header.indexOf(':');
        String name = header.substring(0, colon).toLowerCase(Locale.ROOT);
        headers.put(name, header.substring(colon + 1).strip());
      }
      String[] words = request.split(" ", -1);
      Exchange exchange = new Exchange(words[0], socket.getOutputStream());
      answer(exchange, words[1], headers.getOrDefault("authorization", ""));
    } catch (IOException e) {
      // The engine hung up.
      return;
    }
  }

  /** Up to the end of the line, or of what can be text. */
  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int b = in.read();
    while (b >= ' ') {
      line.append((char) b);
      b = in.read();
    }
    if (b == '\r') {
      b = in.read();
    }
    return line.toString();
  }

  /** Such as {@code localhost:41234}. */
  String address() {
    return "localhost:" + server.getLocalPort();
  }

  String digest() {
    return digest(manifest);
  }

  private void answer(Exchange exchange, String path, String auth) throws IOException {
    if (password.isPresent() && !basic(password.get()).equals(auth)) {
      exchange.send(
          "401 Unauthorized",
          "application/json\r\nWWW-Authenticate: Basic realm=\"test\"",
          error("UNAUTHORIZED", "authentication required"));
    } else if (path.equals("/v2/")) {
      exchange.send("200 OK", "application/json", bytes("{}"));
    } else if (path.contains("/blobs/") && blobs.containsKey(last(path))) {
      exchange.send("200 OK", "application/octet-stream", blobs.getOrDefault(last(path), manifest));
    } else if (path.startsWith("/v2/thing/manifests/")) {
      answerManifest(exchange, last(path));
    } else {
      exchange.send(
          "404 Not Found",
          "application/json",
          error("NAME_UNKNOWN", "repository name not known to registry"));
    }
  }

  private void answerManifest(Exchange exchange, String tag) throws IOException {
    manifestRequests.incrementAndGet();
    boolean known = tag.equals("1") || tag.equals(digest());
    // The engine asks twice for each pull when its HEAD fails.
    int left = exchange.method().equals("HEAD") ? failures.get() : failed();
    if (known && left > 0) {
      exchange.send(
          "429 Too Many Requests", "application/json", error("TOOMANYREQUESTS", "slow down"));
    } else if (known) {
      exchange.send("200 OK", MANIFEST + "\r\nDocker-Content-Digest: " + digest(), manifest);
    } else {
      exchange.send(
          "404 Not Found", "application/json", error("MANIFEST_UNKNOWN", "manifest unknown"));
    }
  }

  private int failed() {
    return failures.getAndUpdate(n -> Math.max(0, n - 1));
  }

  private record Exchange(String method, OutputStream out) {
    void send(String status, String typeAndMore, byte[] body) throws IOException {
      out.write(
          bytes(
              "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                  .formatted(status, typeAndMore, body.length)));
      if (!method.equals("HEAD")) {
        out.write(body);
      }
    }
  }

  private byte[] manifest() {
    byte[] tar = new byte[1024];
    byte[] layer = zipped(tar);
    byte[] config =
        bytes(
            """
            {"architecture":"%s","os":"linux","config":{},
             "rootfs":{"type":"layers","diff_ids":["%s"]}}\
            """
                .formatted(architecture(), digest(tar)));
    blobs.put(digest(layer), layer);
    blobs.put(digest(config), config);
    return bytes(
        """
        {"schemaVersion":2,"mediaType":"%s",
         "config":{"mediaType":"application/vnd.docker.container.image.v1+json",
                   "size":%d,"digest":"%s"},
         "layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip",
                    "size":%d,"digest":"%s"}]}\
        """
            .formatted(MANIFEST, config.length, digest(config), layer.length, digest(layer)));
  }

  private static String architecture() {
    return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
  }

  private static byte[] zipped(byte[] bytes) {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return zipped.toByteArray();
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return "sha256:" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String basic(String password) {
    return "Basic " + Base64.getEncoder().encodeToString(bytes("user:" + password));
  }

  private static byte[] error(String code, String message) {
    return bytes("{\"errors\":[{\"code\":\"%s\",\"message\":\"%s\"}]}".formatted(code, message));
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
