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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scripts that a user starts, in an installed copy whose Java says how it was called. */
final class LauncherTest {
  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("groundbuild.root")));

  /** What a Java does that can make a class cache. */
  private static final String TRAINABLE =
      """
      for argument; do
        case $argument in
        -XX:AOTCacheOutput=*)
          echo trained >>"$(dirname "$0")/../../lib/trainings"
          echo cache >"${argument#*=}"
          exit 0
          ;;
        esac
      done
      """;

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
    Files.writeString(lib.resolve("jvm.options"), "-Xmx512m\n");
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
  void ofManyFirstStartsOfACopyOneMakesTheClassCache() throws Exception {
    Path lib = home.toRealPath().resolve("lib");
    shipTraining(lib);
    java(home.resolve("runtime"), "25.0.1", TRAINABLE);
    List<Process> started = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ProcessBuilder builder = new ProcessBuilder(home.resolve("groundbuild").toString(), "log");
      Path said = temporary.resolve("said-" + i + ".txt");
      started.add(builder.redirectOutput(said.toFile()).redirectErrorStream(true).start());
    }
    for (int i = 0; i < 4; i++) {
      assertThat(started.get(i).waitFor()).isEqualTo(7);
      assertThat(Files.readString(temporary.resolve("said-" + i + ".txt"), UTF_8))
          .startsWith("@" + lib.resolve("jvm.options") + "\n")
          .endsWith("Main\nlog\n");
    }
    assertThat(Files.readString(lib.resolve("trainings"))).isEqualTo("trained\n");
    assertThat(run(Map.of(), "log").out())
        .contains("-XX:AOTCache=" + lib.resolve("groundbuild.aot"));
  }

  @Test
  void aClassCacheThatCannotBeMadeIsTriedOnceAndMissedByNobody() throws Exception {
    Path lib = home.toRealPath().resolve("lib");
    shipTraining(lib);

    Ended first = run(Map.of(), "log");
    assertThat(first.code()).isEqualTo(7);
    assertThat(first.err()).isEmpty();
    assertThat(first.out()).endsWith("Main\nlog\n").doesNotContain("AOTCache");
    assertThat(lib.resolve("train.log")).content().contains("AOTCacheOutput", "validate");

    Files.writeString(lib.resolve("train.log"), "");
    assertThat(run(Map.of(), "log").err()).isEmpty();
    assertThat(lib.resolve("train.log")).isEmptyFile();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          run .                       | engine images
          resume                      | engine images
          rerun last                  | engine images
          replay build.json           | engine images
          run --engine docker         | engine images
          run fake                    | engine images
          resume --engine fake        | ''
          run --engine=fake .         | ''
          replay build.json --dryrun  | ''
          rerun --help                | ''
          log                         | ''
          """)
  void whatRunsStepsSetsUpTheEngineFirst(String arguments, String setUp) throws Exception {
    sourceTree();
    String host = "unix://" + temporary.resolve("no-engine.sock");

    Ended ended = run(Map.of("DOCKER_HOST", host), arguments.split(" ", -1));

    assertThat(ended.code()).as(ended.err()).isEqualTo(7);
    assertThat(ended.err()).isEqualTo(setUp.isEmpty() ? "" : "setup " + setUp + "\n");
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

  /** What an archive has besides. */
  private static void shipTraining(Path lib) throws IOException {
    Files.copy(ROOT.resolve("dev/train"), lib.resolve("train"));
    executable(lib.resolve("train"));
    Path hello = Files.createDirectories(lib.resolve("hello"));
    Files.writeString(hello.resolve("cloudbuild.yaml"), "steps: []\n");
  }

  /** Makes of the copy a source tree that is built. */
  private void sourceTree() throws IOException {
    Files.createDirectories(home.resolve("runner/src/main"));
    Path dev = Files.createDirectories(home.resolve("dev"));
    for (String file : List.of("pom.xml", "runner/pom.xml", "dev/jvm.options")) {
      Files.writeString(home.resolve(file), "");
    }
    script(dev.resolve("jdk"), "echo '" + home.resolve("runtime") + "'");
    script(dev.resolve("setup"), "echo setup \"$@\" >&2");
    script(dev.resolve("build"), "echo build >&2");
    Path built = Files.createDirectories(home.resolve("target/groundbuild"));
    Files.move(home.resolve("lib"), built.resolve("one"));
    Files.writeString(built.resolve("current"), "one\n");
  }

  private static void script(Path file, String command) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + command + "\n");
    executable(file);
  }

  /** A Java that prints its arguments, one on a line, and ends with 7. */
  private static Path java(Path folder, String version) throws IOException {
    return java(folder, version, "");
  }

  private static Path java(Path folder, String version, String before) throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Files.writeString(folder.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    Path java = bin.resolve("java");
    script(java, before + "printf '%s\\n' \"$@\"\nexit 7");
    return folder;
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
