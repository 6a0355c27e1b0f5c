package dev.groundbuild.runner.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the tests of this package do over and over. */
final class Sources {
  private Sources() {}

  /** Keeps what it is told. */
  static final class Told implements SourceProgress {
    final List<String> log = new ArrayList<>();
    final List<String> notes = new ArrayList<>();
    final List<String> updates = new ArrayList<>();

    @Override
    public void log(String line) {
      log.add(line);
    }

    @Override
    public void note(String text) {
      notes.add(text);
    }

    @Override
    public void update(String text) {
      updates.add(text);
    }
  }

  static BuildSource.Folder folder(Path path) {
    return new BuildSource.Folder(path, new IgnoreChoice.GcloudRules());
  }

  static BuildSource.Folder whole(Path path) {
    return new BuildSource.Folder(path, new IgnoreChoice.Off());
  }

  /** Unpacks a source with the system's tar, which knows nothing of our code. */
  static Path unpack(BuildSource source, Path into, SourceProgress progress) throws Exception {
    Files.createDirectories(into);
    try (OpenedSource opened = OpenedSource.open(source, progress);
        InputStream tar = opened.tar()) {
      Process process =
          new ProcessBuilder("tar", "-x", "-p", "--numeric-owner", "-C", into.toString(), "-f", "-")
              .redirectErrorStream(true)
              .start();
      try (OutputStream out = process.getOutputStream()) {
        tar.transferTo(out);
      }
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
    }
    return into;
  }

  /** Runs a command and returns what it printed; anything but exit code 0 fails the test. */
  static String run(Path where, String... command) throws IOException, InterruptedException {
    Result result = attempt(where, command);
    assertThat(result.code).as(String.join(" ", command) + ": " + result.output).isZero();
    return result.output;
  }

  record Result(int code, String output) {}

  static Result attempt(Path where, String... command) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(where.toFile()).redirectErrorStream(true);
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    builder.environment().put("GIT_CONFIG_SYSTEM", "/dev/null");
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }

  static Path write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  /** Type, mode, owner, size, seconds of change and link target of everything below a folder. */
  static List<String> describe(Path folder) throws IOException, InterruptedException {
    return run(folder, "find", ".", "-mindepth", "1", "-printf", "%P|%y|%m|%U|%G|%s|%Ts|%l\\n")
        .lines()
        .map(line ->
            line.matches(".*\\|d\\|.*")
                ? line.replaceFirst("\\|\\d+\\|\\d+\\|([^|]*)$", "|$1")
                : line)
        .sorted()
        .toList();
  }
}
