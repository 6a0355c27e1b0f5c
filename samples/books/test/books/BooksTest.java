package books;

import com.sun.net.httpserver.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;

/** The unit tests, without a library: each line says what was checked, and the first that fails ends it. */
public final class BooksTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private BooksTest() {}

  public static void main(String[] args) throws Exception {
    library();
    stages();
    api();
    System.out.println("all tests passed");
  }

  private static void library() {
    Library library = new Library();
    library.add("A", "one");
    Book two = library.add("B", "two");
    check("a book is found by its id", two, library.find(2).orElseThrow());
    check("an author's books are listed", List.of(two), library.list("B", 9));
    check("a page has its size", 1, library.list("", 1).size());
    check("a removed book is gone", true, library.remove(1) && library.find(1).isEmpty());
    check("text is quoted", "\"a\\\"b\\\\c\\u000a\"", Book.quoted("a\"b\\c\n"));
  }

  private static void stages() throws Exception {
    Path folder = Path.of("stages");
    check("stages", List.of("development", "production", "testing"), Stage.known(folder));
    for (String name : Stage.known(folder)) {
      check("stage " + name, true, Stage.read(folder, name).pageSize() > 0);
    }
    try {
      Stage.read(folder, "../books");
      throw new AssertionError("an unknown stage was read");
    } catch (IllegalArgumentException e) {
      check("an unknown stage names the known", true, e.getMessage().contains("production"));
    }
  }

  private static void api() throws Exception {
    HttpServer server = Main.serve(new Stage("unit", "hello", 2, true), 0);
    try {
      URI books = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/books");
      check("a page of books", 2, send("GET", books, "").body().split("\"id\"").length - 1);
      check("a new book", 201, send("POST", books, "author=Jan+Potocki&title=Saragossa").statusCode());
      check("half a book", 400, send("POST", books, "author=Nobody").statusCode());
      URI fourth = URI.create(books + "/4");
      check("the new book", true, send("GET", fourth, "").body().contains("Jan Potocki"));
      check("deleted", 200, send("DELETE", fourth, "").statusCode());
      check("deleted before", 404, send("DELETE", fourth, "").statusCode());
    } finally {
      server.stop(0);
    }
  }

  private static HttpResponse<String> send(String method, URI uri, String form) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri).method(method, BodyPublishers.ofString(form)).build();
    return CLIENT.send(request, BodyHandlers.ofString());
  }

  private static void check(String what, Object expected, Object found) {
    if (!expected.equals(found)) {
      throw new AssertionError(what + ": expected " + expected + ", found " + found);
    }
    System.out.println("ok  " + what);
  }
}
