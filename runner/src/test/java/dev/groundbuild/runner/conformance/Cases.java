package dev.groundbuild.runner.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

/** All cases, in the order of their files. */
final class Cases {
  private Cases() {}

  static List<ConformanceCase> all() throws IOException {
    List<ConformanceCase> all = new ArrayList<>();
    for (Path file : files()) {
      LoaderOptions options = new LoaderOptions();
      options.setAllowDuplicateKeys(false);
      List<?> cases = new Yaml(options).load(Files.readString(file));
      for (Object each : cases) {
        Map<?, ?> keys = (Map<?, ?>) each;
        all.add(
            ConformanceCase.of(new CaseKeys(keys, file.getFileName() + ": " + keys.get("title"))));
      }
    }
    Set<String> titles = new HashSet<>();
    for (ConformanceCase each : all) {
      if (!titles.add(each.title())) {
        throw new IllegalArgumentException("two cases have the title " + each.title());
      }
    }
    return all;
  }

  /** As they are in the source tree: a copy could be older. */
  private static List<Path> files() throws IOException {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("groundbuild.root")));
    try (Stream<Path> files = Files.list(root.resolve("runner/src/test/resources/conformance"))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }
}
