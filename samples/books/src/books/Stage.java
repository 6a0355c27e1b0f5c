package books;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/** What differs between the stages, and nothing else does: {@code stages/config.NAME.properties}. */
record Stage(String name, String greeting, int pageSize, boolean sampleBooks) {

  /** Reads the stage that {@code CLUSTER_ENV} names. */
  static Stage read(Path folder, String name) throws IOException {
    if (!known(folder).contains(name)) {
      throw new IllegalArgumentException(
          "CLUSTER_ENV is \"" + name + "\"; known: " + String.join(", ", known(folder)));
    }
    Properties config = new Properties();
    try (Reader reader = Files.newBufferedReader(folder.resolve("config." + name + ".properties"))) {
      config.load(reader);
    }
    return new Stage(
        name,
        config.getProperty("greeting"),
        Integer.parseInt(config.getProperty("page.size")),
        Boolean.parseBoolean(config.getProperty("sample.books")));
  }

  static List<String> known(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.startsWith("config.") && file.endsWith(".properties"))
          .map(file -> file.substring("config.".length(), file.length() - ".properties".length()))
          .sorted()
          .toList();
    }
  }
}
