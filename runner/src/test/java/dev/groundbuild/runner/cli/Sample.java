package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A folder of samples, or a copy that a test changes, as it is built at a desk. */
record Sample(Desk desk, Path folder) {
  static final Path ROOT = Path.of(System.getProperty("groundbuild.root", "."));

  static Sample of(Desk desk, String name) {
    return new Sample(desk, ROOT.resolve("samples").resolve(name));
  }

  /** The same files as the desk's source. */
  Sample copy() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = desk.source().resolve(folder.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return new Sample(desk, desk.source());
  }

  void change(String file, String from, String to) throws IOException {
    Path path = folder.resolve(file);
    String text = Files.readString(path);
    assertThat(text).contains(from);
    Files.writeString(path, text.replace(from, to));
  }

  CliProcess.Ended run(String config, Map<String, String> substitutions, String... options)
      throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("run", folder.toString(), "--build-json=build.json"));
    arguments.add("--config=" + folder.resolve(config));
    arguments.add(
        substitutions.entrySet().stream()
            .map(value -> value.getKey() + "=" + value.getValue())
            .collect(Collectors.joining(",", "--substitutions=", "")));
    arguments.addAll(List.of(options));
    return desk.run(arguments.toArray(String[]::new));
  }

  /** As {@link #run}, and every step succeeds. */
  CliProcess.Ended succeed(String config, Map<String, String> substitutions, String... options)
      throws Exception {
    CliProcess.Ended ended = run(config, substitutions, options);
    assertThat(ended.exit()).as(ended.err() + ended.out()).isZero();
    assertThat(desk.build().getStepsList())
        .allMatch(step -> step.getStatus() == Build.Status.SUCCESS);
    return ended;
  }
}
