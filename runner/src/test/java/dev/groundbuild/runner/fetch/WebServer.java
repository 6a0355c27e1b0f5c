package dev.groundbuild.runner.fetch;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server whose answers a test writes, and which keeps what it was asked. */
public final class WebServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Asked> log = new ConcurrentLinkedQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Answers one request; the exchange is closed afterwards. */
  public interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  /** A request that came. */
  public record Asked(String path, Headers headers) {
    Optional<String> header(String name) {
      return Optional.ofNullable(headers.getFirst(name));
    }
  }

  public WebServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    log.add(new Asked(path, exchange.getRequestHeaders()));
    try (exchange) {
      Answer answer = answers.get(path);
      if (answer == null) {
        exchange.sendResponseHeaders(404, -1);
      } else {
        answer.to(exchange);
      }
    }
  }

  public String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  int port() {
    return server.getAddress().getPort();
  }

  public WebServer on(String path, Answer answer) {
    answers.put(path, answer);
    return this;
  }

  public WebServer bytes(String path, byte[] bytes) {
    return on(path, exchange -> send(exchange, 200, bytes));
  }

  /** Answers with these in turn, and with the last one from then on. */
  WebServer inTurn(String path, Answer... turns) {
    ConcurrentLinkedQueue<Answer> left = new ConcurrentLinkedQueue<>(List.of(turns));
    Answer last = turns[turns.length - 1];
    return on(path, exchange -> Objects.requireNonNullElse(left.poll(), last).to(exchange));
  }

  public static void send(HttpExchange exchange, int status, byte[] bytes) throws IOException {
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  public static Answer status(int status) {
    return exchange -> send(exchange, status, new byte[0]);
  }

  static Answer redirect(int status, String location) {
    return exchange -> {
      exchange.getResponseHeaders().set("Location", location);
      send(exchange, status, new byte[0]);
    };
  }

  /** Promises all of it, sends the beginning and breaks the connection off. */
  static Answer broken(byte[] all, int sent, String tag) {
    return exchange -> {
      if (!tag.isEmpty()) {
        exchange.getResponseHeaders().set("ETag", tag);
      }
      exchange.sendResponseHeaders(200, all.length);
      exchange.getResponseBody().write(all, 0, sent);
      exchange.getResponseBody().flush();
      // closing the exchange now, with bytes missing, closes the connection
    };
  }

  /** Sends the part that was asked for, and all when none was. */
  static Answer ranges(byte[] all) {
    return exchange -> {
      String range = exchange.getRequestHeaders().getFirst("Range");
      if (range == null) {
        send(exchange, 200, all);
        return;
      }
      int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + (all.length - 1) + "/" + all.length);
      exchange.sendResponseHeaders(206, all.length - from);
      exchange.getResponseBody().write(all, from, all.length - from);
    };
  }

  /** Sends the beginning, and then nothing until the server is closed. */
  public Answer stalled(byte[] all, int sent) {
    return exchange -> {
      exchange.sendResponseHeaders(200, all.length);
      exchange.getResponseBody().write(all, 0, sent);
      exchange.getResponseBody().flush();
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  public List<Asked> log() {
    return new ArrayList<>(log);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
