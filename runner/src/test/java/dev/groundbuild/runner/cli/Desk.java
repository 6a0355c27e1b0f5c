package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import com.google.protobuf.util.JsonFormat;
import dev.groundbuild.steps.Labels;
import dev.groundbuild.steps.Leftovers;
import dev.groundbuild.steps.Owner;
import dev.groundbuild.steps.docker.DockerEngine;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerEngine.Owned;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Where a user sits, for one test: a home, a temporary folder, a source folder, and the runs of the
 * command line that the test starts. A test fails when they leave something on the engine or in the
 * temporary folder.
 */
final class Desk implements BeforeEachCallback, AfterEachCallback {
  private static final List<String> PUBLISHING =
      List.of("GROUNDBUILD_PUBLISH", "PUBSUB_EMULATOR_HOST");

  private final List<CliProcess> started = new ArrayList<>();
  private final ContainerEngine engine = DockerEngine.ofEnvironment();
  private Path root = Path.of("/");

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    root = Files.createTempDirectory("desk-");
    for (String folder : List.of("home", "state", "tmp", "source")) {
      Files.createDirectory(root.resolve(folder));
    }
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    for (CliProcess process : started) {
      process.end();
    }
    List<String> left =
        left().stream().filter(this::isRemovable).map(o -> o.type() + " " + o.name()).toList();
    List<String> files = temporary();
    if (!left.isEmpty()) {
      left().stream()
          .map(o -> o.labels().getOrDefault(Labels.BUILD, ""))
          .distinct()
          .forEach(build -> Leftovers.removeBuild(engine, build));
    }
    remove(root);
    started.clear();
    engine.close();
    assertThat(left).as("left on the engine").isEmpty();
    assertThat(files).as("left in the temporary folder").isEmpty();
  }

  /** An engine under load may count a container on a network that is gone: not our doing. */
  private boolean isRemovable(Owned object) {
    return object.type() != Owned.Type.NETWORK || engine.removeNetwork(object.id());
  }

  /** Names in the temporary folder. */
  List<String> temporary() throws IOException {
    try (Stream<Path> files = Files.list(root.resolve("tmp"))) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }

  /** What the runs of this test have on the engine now. */
  List<Owned> left() {
    return engine.owned(Labels.OWNER, Optional.empty()).stream()
        .filter(o -> started.stream().anyMatch(p -> owns(p, o)))
        .toList();
  }

  /** What a run has on the engine now. */
  List<Owned> left(CliProcess process) {
    return left().stream().filter(o -> owns(process, o)).toList();
  }

  private static boolean owns(CliProcess process, Owned object) {
    return Owner.parse(object.labels().getOrDefault(Labels.OWNER, ""))
        .filter(owner -> owner.pid() == process.pid())
        .isPresent();
  }

  ContainerEngine engine() {
    return engine;
  }

  Path root() {
    return root;
  }

  Path source() {
    return root.resolve("source");
  }

  /** Writes a file of the source. */
  Path file(String name, String text) throws IOException {
    Path file = source().resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  /** Writes the source's build config. */
  void config(String yaml) throws IOException {
    file("cloudbuild.yaml", yaml);
  }

  CliProcess start(String... args) throws IOException {
    return startWith(Map.of(), args);
  }

  /**
   * Starts the command line on a terminal of 100 by 30, whose keys are the process's input. What it
   * leaves on the engine is found by the build's id, not by its process.
   */
  CliProcess startOnTerminal(String... args) throws IOException {
    String command =
        command(args).stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    return start(
        Map.of("TERM", "xterm"),
        List.of("script", "-qec", "stty cols 100 rows 30; exec " + command, "/dev/null"));
  }

  /** Starts the command line in the source folder. */
  CliProcess startWith(Map<String, String> env, String... args) throws IOException {
    return start(env, command(args));
  }

  private List<String> command(String... args) {
    List<String> command = new ArrayList<>();
    // A shell may have started this JVM with signals ignored, which children inherit.
    command.addAll(List.of("env", "--default-signal=INT,TERM,HUP"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Djava.io.tmpdir=" + root.resolve("tmp"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(args));
    return command;
  }

  private CliProcess start(Map<String, String> env, List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(source().toFile());
    builder.environment().put("HOME", root.resolve("home").toString());
    builder.environment().put("XDG_STATE_HOME", root.resolve("state").toString());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("GOOGLE_CLOUD") || PUBLISHING.contains(name));
    builder.environment().putAll(env);
    CliProcess process = new CliProcess(builder.start());
    started.add(process);
    return process;
  }

  CliProcess.Ended run(String... args) throws IOException, InterruptedException {
    CliProcess process = start(args);
    process.closeIn();
    return process.await();
  }

  /** The Build resource that --build-json=build.json has written. */
  Build build() throws IOException {
    return build("build.json");
  }

  Build build(String name) throws IOException {
    Build.Builder build = Build.newBuilder();
    JsonFormat.parser().merge(Files.readString(source().resolve(name)), build);
    return build.build();
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder())
          .forEach(file -> {
            try {
              Files.deleteIfExists(file);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
