package dev.groundbuild.runner.source;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The git of this machine as an HTTP server: git http-backend, run as a CGI program. */
public final class GitServer implements AutoCloseable {
  private final Path root;
  private final String login;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch asked = new CountDownLatch(1);
  private final boolean silent;

  /**
   * @param login {@code user:password}, or empty when anyone may come
   * @param silent whether it takes requests and never answers
   */
  public GitServer(Path root, String login, boolean silent) throws IOException {
    this.root = root;
    this.login = login;
    this.silent = silent;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  public String url(String repository) {
    return "http://" + authority() + "/" + repository;
  }

  String authority() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  public void awaitRequest() throws InterruptedException {
    asked.await();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.countDown();
    if (silent) {
      return;
    }
    try (exchange) {
      String given = exchange.getRequestHeaders().getFirst("Authorization");
      String wanted =
          "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
      if (!login.isEmpty() && !wanted.equals(given)) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"git\"");
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      cgi(exchange);
    }
  }

  private void cgi(HttpExchange exchange) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("git", "http-backend");
    Map<String, String> environment = builder.environment();
    environment.put("GIT_PROJECT_ROOT", root.toString());
    environment.put("GIT_HTTP_EXPORT_ALL", "1");
    environment.put("PATH_INFO", exchange.getRequestURI().getPath());
    environment.put(
        "QUERY_STRING", Objects.requireNonNullElse(exchange.getRequestURI().getQuery(), ""));
    environment.put("REQUEST_METHOD", exchange.getRequestMethod());
    header(exchange, "Content-Type", environment, "CONTENT_TYPE");
    header(exchange, "Content-Encoding", environment, "HTTP_CONTENT_ENCODING");
    header(exchange, "Git-Protocol", environment, "GIT_PROTOCOL");
    Path body = Files.createTempFile(root, "request", "");
    Files.write(body, exchange.getRequestBody().readAllBytes());
    environment.put("CONTENT_LENGTH", Long.toString(Files.size(body)));
    Process process =
        builder.redirectInput(body.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (InputStream out = new BufferedInputStream(process.getInputStream())) {
      int status = 200;
      for (String line = line(out); !line.isEmpty(); line = line(out)) {
        String[] field = line.split(": ", 2);
        if (field[0].equals("Status")) {
          status = Integer.parseInt(field[1].substring(0, 3));
        } else {
          exchange.getResponseHeaders().add(field[0], field[1]);
        }
      }
      exchange.sendResponseHeaders(status, 0);
      try (OutputStream response = exchange.getResponseBody()) {
        out.transferTo(response);
      }
    }
  }

  private static void header(
      HttpExchange exchange, String name, Map<String, String> environment, String variable) {
    String value = exchange.getRequestHeaders().getFirst(name);
    if (value != null) {
      environment.put(variable, value);
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.append((char) b);
    }
    return line.toString().strip();
  }
}
