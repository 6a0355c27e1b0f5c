package books;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The REST API: {@code GET /stage}, {@code GET /books?author=}, {@code POST /books} with a form of author and
 * title, {@code GET} and {@code DELETE /books/ID}.
 */
final class Api implements HttpHandler {
  private record Answer(int status, String body) {}

  private static final Answer NOT_FOUND = problem(404, "there is no such thing");

  private final Stage stage;
  private final Library library;

  Api(Stage stage, Library library) {
    this.stage = stage;
    this.library = library;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer;
      try {
        answer = answer(exchange);
      } catch (IllegalArgumentException e) {
        answer = problem(400, String.valueOf(e.getMessage()));
      }
      byte[] body = (answer.body() + "\n").getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Answer answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String request = exchange.getRequestMethod() + " " + path;
    if (request.equals("GET /stage")) {
      return new Answer(200, stageJson());
    } else if (request.equals("GET /books")) {
      return list(form(exchange.getRequestURI().getRawQuery()));
    } else if (request.equals("POST /books")) {
      return add(form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    } else if (path.matches("/books/[0-9]{1,9}")) {
      int id = Integer.parseInt(path.substring("/books/".length()));
      return switch (exchange.getRequestMethod()) {
        case "GET" -> library.find(id).map(book -> new Answer(200, book.json())).orElse(NOT_FOUND);
        case "DELETE" -> library.remove(id) ? new Answer(200, "{}") : NOT_FOUND;
        default -> problem(405, "a book can be got and deleted");
      };
    }
    return NOT_FOUND;
  }

  private String stageJson() {
    return "{\"stage\":%s,\"greeting\":%s}"
        .formatted(Book.quoted(stage.name()), Book.quoted(stage.greeting()));
  }

  private Answer list(Map<String, String> form) {
    return new Answer(
        200,
        library.list(form.getOrDefault("author", ""), stage.pageSize()).stream()
            .map(Book::json)
            .collect(Collectors.joining(",", "[", "]")));
  }

  private Answer add(Map<String, String> form) {
    Book book = library.add(form.getOrDefault("author", ""), form.getOrDefault("title", ""));
    return new Answer(201, book.json());
  }

  private static Answer problem(int status, String text) {
    return new Answer(status, "{\"error\":" + Book.quoted(text) + "}");
  }

  /** Reads {@code a=1&b=2}. */
  static Map<String, String> form(String text) {
    Map<String, String> form = new HashMap<>();
    for (String pair : text == null ? new String[0] : text.split("&")) {
      String[] sides = pair.split("=", 2);
      form.put(decoded(sides[0]), sides.length == 2 ? decoded(sides[1]) : "");
    }
    return form;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
