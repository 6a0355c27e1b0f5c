package dev.groundbuild.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts that a user starts, in an installed copy whose Java says how it was called. */
final class LauncherTest {
  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("groundbuild.root")));

  @TempDir private Path temporary;
  private Path home;

  private record Ended(int code, String out, String err) {}

  @BeforeEach
  void install() throws IOException {
    home = Files.createDirectories(temporary.resolve("a copy"));
    Path lib = Files.createDirectories(home.resolve("lib"));
    Files.copy(ROOT.resolve("groundbuild"), home.resolve("groundbuild"));
    Files.copy(ROOT.resolve("dev/jdk"), lib.resolve("jdk"));
    executable(home.resolve("groundbuild"));
    executable(lib.resolve("jdk"));
    Files.writeString(lib.resolve("classpath"), "groundbuild-runner-1.jar:a.jar\n");
    java(home.resolve("runtime"), "25.0.1");
  }

  @Test
  void argumentsReachTheCommandLineAsTheyWereTyped() throws Exception {
    Ended ended = run(Map.of(), "run", "a folder", "--substitutions=_A=$x,_B=*", "");

    assertThat(ended.out().lines().toList())
        .containsSequence(
            "dev.groundbuild.runner.cli.Main", "run", "a folder", "--substitutions=_A=$x,_B=*", "");
  }

  @Test
  void theClassPathKeepsItsOrderInAFolderWithSpaces() throws Exception {
    Path lib = home.toRealPath().resolve("lib");

    assertThat(run(Map.of()).out().lines().toList())
        .containsSequence(
            "-cp", lib.resolve("groundbuild-runner-1.jar") + ":" + lib.resolve("a.jar"));
  }

  @Test
  void aChainOfLinksLeadsToTheRealFolder() throws Exception {
    Path first = Files.createSymbolicLink(temporary.resolve("gb"), Path.of("a copy/groundbuild"));
    Path second = Files.createSymbolicLink(temporary.resolve("second"), first);

    assertThat(start(Map.of(), second.toString(), "log").code()).isEqualTo(7);
  }

  @Test
  void theExitCodeOfJavaIsTheExitCodeOfTheLauncher() throws Exception {
    assertThat(run(Map.of()).code()).isEqualTo(7);
  }

  @Test
  void agentStartsTheAgent() throws Exception {
    assertThat(run(Map.of(), "agent", "--help").out().lines().toList())
        .endsWith("dev.groundbuild.agent.AgentMain", "--help");
  }

  @Test
  void aClassCacheOfAnotherJavaIsNotUsed() throws Exception {
    Path cache = Files.writeString(home.resolve("lib/groundbuild.aot"), "cache");
    Path madeBy = home.resolve("lib/groundbuild.aot.jvm");

    Files.writeString(madeBy, home.toRealPath().resolve("runtime") + "\n");
    assertThat(run(Map.of()).out()).contains("-XX:AOTCache=" + cache.toRealPath());

    Files.writeString(madeBy, "/another/java\n");
    assertThat(run(Map.of()).out()).doesNotContain("AOTCache");
  }

  @Test
  void javaHomeIsTakenWhereTheCopyHasNoRuntimeOfItsOwn() throws Exception {
    Files.delete(home.resolve("runtime/bin/java"));
    Path other = java(temporary.resolve("other java"), "26-ea");

    assertThat(run(Map.of("JAVA_HOME", other.toString())).code()).isEqualTo(7);
  }

  @Test
  void anOldJavaHomeIsPassedOver() throws Exception {
    Path old = java(temporary.resolve("old"), "17.0.15");
    Path young = java(temporary.resolve("young"), "25");

    String path = young.resolve("bin") + ":" + System.getenv("PATH");
    Ended found =
        start(
            Map.of("JAVA_HOME", old.toString(), "PATH", path),
            ROOT.resolve("dev/jdk").toString(),
            "java");

    assertThat(found).isEqualTo(new Ended(0, young.toRealPath() + "\n", ""));
  }

  @Test
  void anEngineThatIsNamedButSilentIsNotReplaced() throws Exception {
    String host = "unix://" + temporary.resolve("no-engine.sock");
    Ended ended =
        start(
            Map.of("DOCKER_HOST", host, "XDG_CACHE_HOME", temporary.toString()),
            ROOT.resolve("dev/setup").toString(),
            "engine");

    assertThat(ended.code()).isEqualTo(3);
    assertThat(ended.err()).contains("no Docker engine answers at DOCKER_HOST=" + host);
  }

  @Test
  void setupRefusesAPartThatItDoesNotKnow() throws Exception {
    Ended ended =
        start(
            Map.of("XDG_CACHE_HOME", temporary.toString()),
            ROOT.resolve("dev/setup").toString(),
            "moon");

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("dev/setup [jdk] [maven] [engine]");
  }

  private Ended run(Map<String, String> env, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(home.resolve("groundbuild").toString()));
    command.addAll(Arrays.asList(arguments));
    return start(env, command.toArray(String[]::new));
  }

  private Ended start(Map<String, String> env, String... command) throws Exception {
    Path out = temporary.resolve("out.txt");
    Path err = temporary.resolve("err.txt");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(env);
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    int code = builder.start().waitFor();
    return new Ended(code, Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }

  /** A Java that prints its arguments, one on a line, and ends with 7. */
  private static Path java(Path folder, String version) throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Files.writeString(folder.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    Path java = bin.resolve("java");
    Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\nexit 7\n");
    executable(java);
    return folder;
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
