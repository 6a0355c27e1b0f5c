package dev.groundbuild.runner.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The files in which gcloud keeps its settings; gcloud itself is not needed. */
final class GcloudConfig {
  private final Map<String, String> env;

  GcloudConfig(Map<String, String> env) {
    this.env = env;
  }

  /**
   * The project of the active configuration: the one that CLOUDSDK_ACTIVE_CONFIG_NAME names, else
   * the one in the file active_config.
   */
  Optional<String> project() {
    try {
      Path folder = folder();
      String active =
          set("CLOUDSDK_ACTIVE_CONFIG_NAME")
              .or(() -> lines(folder.resolve("active_config")).map(String::strip).findFirst())
              .filter(name -> !name.isEmpty())
              .orElse("default");
      return setting(folder.resolve("configurations").resolve("config_" + active));
    } catch (InvalidPathException notAPath) {
      return Optional.empty();
    }
  }

  private Path folder() {
    return set("CLOUDSDK_CONFIG")
        .map(Path::of)
        .orElseGet(() ->
            Path.of(set("HOME").orElseGet(() -> System.getProperty("user.home", "/")))
                .resolve(".config")
                .resolve("gcloud"));
  }

  private Optional<String> set(String variable) {
    return Optional.ofNullable(env.get(variable)).filter(value -> !value.isBlank());
  }

  /** {@code project = name} under {@code [core]}. */
  private static Optional<String> setting(Path file) {
    String section = "";
    String project = "";
    for (String line : lines(file).map(String::strip).toList()) {
      int separator = separator(line);
      if (line.startsWith("[") && line.endsWith("]")) {
        section = line.substring(1, line.length() - 1).strip();
      } else if (section.equals("core")
          && separator > 0
          && line.substring(0, separator).strip().equals("project")) {
        project = line.substring(separator + 1).strip();
      }
    }
    return Optional.of(project).filter(name -> !name.isEmpty());
  }

  private static int separator(String line) {
    int equals = line.indexOf('=');
    int colon = line.indexOf(':');
    return equals < 0 || (colon >= 0 && colon < equals) ? colon : equals;
  }

  /** None when the file is missing or can't be read. */
  private static Stream<String> lines(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines();
    } catch (IOException | UncheckedIOException unreadable) {
      return Stream.empty();
    }
  }
}
