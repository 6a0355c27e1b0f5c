package dev.groundbuild.runner.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Real configs of other people's repositories, and what Cloud Build is expected to say of each. */
public final class CorpusManifest {
  private CorpusManifest() {}

  /** The folder of the corpus, if it is beside the project. */
  public static Optional<Path> folder() {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("groundbuild.root")));
    Path corpus = root.resolve("../shared/corpus").normalize();
    return Optional.of(corpus).filter(c -> Files.isDirectory(c.resolve("dev")));
  }

  /** One row per file, by column name. */
  public static List<Map<String, String>> rows(Path corpus) throws IOException {
    List<List<String>> lines = csvLines(Files.readString(corpus.resolve("manifest.csv")));
    List<Map<String, String>> rows = new ArrayList<>();
    for (List<String> line : lines.subList(1, lines.size())) {
      Map<String, String> row = new HashMap<>();
      for (int i = 0; i < line.size(); i++) {
        row.put(lines.getFirst().get(i), line.get(i));
      }
      rows.add(row);
    }
    return rows;
  }

  /** Comma-separated values; quoted ones may hold commas, line ends and doubled quotes. */
  private static List<List<String>> csvLines(String text) {
    List<List<String>> lines = new ArrayList<>();
    List<String> line = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        boolean doubled = quoted && text.startsWith("\"", i + 1);
        if (doubled) {
          cell.append('"');
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (!quoted && (c == ',' || c == '\n')) {
        line.add(cell.toString());
        cell.setLength(0);
        if (c == '\n') {
          lines.add(line);
          line = new ArrayList<>();
        }
      } else if (quoted || c != '\r') {
        cell.append(c);
      }
    }
    return lines;
  }
}
