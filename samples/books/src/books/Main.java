package books;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** Serves the library on port 8080 with the settings of the stage in {@code CLUSTER_ENV}. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws IOException {
    try {
      Stage stage = Stage.read(Path.of("stages"), System.getenv().getOrDefault("CLUSTER_ENV", ""));
      serve(stage, 8080);
      System.out.println("books serves port 8080 in stage " + stage.name());
    } catch (IllegalArgumentException e) {
      System.err.println("books: " + e.getMessage());
      System.exit(2);
    }
  }

  static HttpServer serve(Stage stage, int port) throws IOException {
    Library library = new Library();
    if (stage.sampleBooks()) {
      library.add("Jorge Luis Borges", "The Library of Babel");
      library.add("Ray Bradbury", "Fahrenheit 451");
      library.add("Umberto Eco", "The Name of the Rose");
    }
    HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
    server.createContext("/", new Api(stage, library));
    server.start();
    return server;
  }
}
