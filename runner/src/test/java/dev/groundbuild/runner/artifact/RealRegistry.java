package dev.groundbuild.runner.artifact;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real registry (docker-registry, which {@code dev/setup registry} installs) in a process of its
 * own, with its images in a temporary folder.
 */
public final class RealRegistry implements AutoCloseable {
  private static final Pattern USER = Pattern.compile("\"auth\\.user\\.name\":\"([^\"]+)\"");

  private final Process process;
  private final Path folder;
  private final String address;

  private RealRegistry(Process process, Path folder, String address) {
    this.process = process;
    this.folder = folder;
    this.address = address;
  }

  /**
   * Starts one without TLS.
   *
   * @param users and their passwords; empty for one that lets everybody in
   */
  public static RealRegistry start(Path folder, Map<String, String> users) throws Exception {
    return start(folder, "localhost", freePort(), users, false);
  }

  /** The same at a known port. */
  public static RealRegistry start(Path folder, int port) throws Exception {
    return start(folder, "localhost", port, Map.of(), false);
  }

  /**
   * Starts one with TLS; its certificate is in {@code cert.pem} of the folder.
   *
   * @param host an address of this machine
   */
  public static RealRegistry startWithTls(Path folder, String host, Map<String, String> users)
      throws Exception {
    run(
        folder,
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        "key.pem",
        "-out",
        "cert.pem",
        "-days",
        "2",
        "-subj",
        "/CN=registry",
        "-addext",
        "subjectAltName=IP:" + host);
    return start(folder, host, freePort(), users, true);
  }

  private static RealRegistry start(
      Path folder, String host, int port, Map<String, String> users, boolean tls) throws Exception {
    StringBuilder config = new StringBuilder("version: 0.1\n");
    config.append("log: {level: debug, formatter: json}\n");
    config
        .append("storage: {filesystem: {rootdirectory: ")
        .append(folder.resolve("images"))
        .append("}}\n");
    String bound = host.equals("localhost") ? "127.0.0.1" : host;
    config.append("http:\n  addr: ").append(bound).append(':').append(port).append('\n');
    if (tls) {
      config.append("  tls: {certificate: ").append(folder.resolve("cert.pem"));
      config.append(", key: ").append(folder.resolve("key.pem")).append("}\n");
    }
    if (!users.isEmpty()) {
      Path passwords = folder.resolve("htpasswd");
      Files.writeString(passwords, "");
      for (Map.Entry<String, String> user : users.entrySet()) {
        run(folder, "htpasswd", "-bB", "htpasswd", user.getKey(), user.getValue());
      }
      config.append("auth: {htpasswd: {realm: test, path: ").append(passwords).append("}}\n");
    }
    Path file = Files.writeString(folder.resolve("config.yml"), config);
    Process process =
        new ProcessBuilder("docker-registry", "serve", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    RealRegistry registry = new RealRegistry(process, folder, host + ":" + port);
    registry.awaitAnswer(bound, port);
    return registry;
  }

  private void awaitAnswer(String host, int port) throws Exception {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(30));
    while (true) {
      try (Socket _ = new Socket(host, port)) {
        return;
      } catch (IOException e) {
        if (!process.isAlive() || Instant.now().isAfter(deadline)) {
          throw new AssertionError("the registry does not start: " + log(), e);
        }
        Thread.sleep(20);
      }
    }
  }

  private static void run(Path folder, String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(List.of(command) + ": " + said);
    }
  }

  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Such as {@code localhost:41234}. */
  public String address() {
    return address;
  }

  /** What it has logged. */
  public String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  /** Whom it has let in. */
  public Set<String> users() throws IOException {
    Set<String> users = new LinkedHashSet<>();
    Matcher found = USER.matcher(log());
    while (found.find()) {
      users.add(found.group(1));
    }
    return users;
  }

  /** The digest of an image, or what it says instead. */
  public String digest(String repository, String tag, String login) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://" + address + "/v2/" + repository + "/manifests/" + tag))
            .header("Accept", "application/vnd.docker.distribution.manifest.v2+json")
            .header(
                "Authorization",
                "Basic "
                    + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.headers().firstValue("Docker-Content-Digest").orElse("" + answer.statusCode());
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
