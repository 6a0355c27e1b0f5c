package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import dev.groundbuild.steps.engine.ImageInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The samples that make images: what is in them, and how one goes from stage to stage. */
final class ImageSamplesTest {
  private static final Path ROOT = Path.of(System.getProperty("groundbuild.root", "."));
  private static final Path BOOKS = ROOT.resolve("samples/books");
  private static final Path LAZYCACHE = ROOT.resolve("samples/lazycache");

  private static final List<String> TAGS = List.of("one", "two", "latest", "testing", "production");

  @RegisterExtension private final Desk desk = new Desk();

  /** Of this test only; no registry answers for it. */
  private final String image = "localhost/sample-" + UUID.randomUUID().toString().substring(0, 8);

  @AfterEach
  void removeImages() {
    for (String tag : TAGS) {
      desk.engine().removeImage(image + ":" + tag);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "lazycache/cloudbuild.yaml, submit", "lazycache/cloudbuild.yaml, trigger",
    "books/cloudbuild.yaml, submit", "books/cloudbuild.yaml, trigger",
    "books/promote.yaml, submit", "books/promote.yaml, trigger"
  })
  void theirConfigsAreCloudBuildsOwn(String config, String strict) throws Exception {
    CliProcess.Ended ended =
        desk.run("validate", "--strict=" + strict, ROOT.resolve("samples/" + config).toString());
    assertThat(ended.exit()).as(ended.err()).isZero();
  }

  @Test
  void lazycacheIsOneImageWithTwoTagsAndTheConfigThatWasAskedFor() throws Exception {
    succeeds(run(LAZYCACHE, "cloudbuild.yaml", "one"));

    assertThat(id("latest")).isEqualTo(id("one"));
    assertThat(desk.build().getImagesList()).containsExactly(image + ":one", image + ":latest");
    assertConfigured("latest");
  }

  @Test
  void aLineInTheMiddleOfAScriptThatFailsFailsTheStepAndNoImageIsMade() throws Exception {
    Path copy = copy(LAZYCACHE);
    Path get = copy.resolve("www/cgi-bin/get");
    Files.writeString(get, Files.readString(get) + "rm \"$entry\"\n");

    CliProcess.Ended ended = run(copy, "cloudbuild.yaml", "one");

    assertThat(ended.exit()).as(ended.err()).isEqualTo(1);
    assertThat(ended.out())
        .contains("Step #1 - \"test\": worth keeping")
        .doesNotContain("fetched once", "Starting Step #2");
    assertThat(statuses())
        .startsWith(Build.Status.SUCCESS, Build.Status.FAILURE, Build.Status.QUEUED);
    assertThat(desk.engine().findImage(image + ":one")).isEmpty();
  }

  @Test
  void oneImageGoesFromStageToStageWithoutARebuild() throws Exception {
    succeeds(run(BOOKS, "cloudbuild.yaml", "one"));
    String built = id("one");

    CliProcess.Ended early = promote("one", "production");
    assertThat(early.exit()).isEqualTo(1);
    assertThat(early.out()).contains("is not what testing has", "with _CLUSTER_ENV=testing");
    assertThat(desk.engine().findImage(image + ":production")).isEmpty();

    CliProcess.Ended testing = succeeds(promote("one", "testing"));
    assertThat(testing.out()).contains("{\"stage\":\"testing\",", "testing has " + built);
    CliProcess.Ended production = succeeds(promote("one", "production"));
    assertThat(production.out())
        .contains("{\"stage\":\"production\",", "production has " + built)
        .doesNotContain("Successfully built");
    assertThat(List.of(id("testing"), id("production"))).containsOnly(built);
  }

  @Test
  void anotherCommitsImageDoesNotPassForTheOneThatWasTested() throws Exception {
    Path copy = copy(BOOKS);
    succeeds(run(copy, "cloudbuild.yaml", "one"));
    succeeds(promote("one", "testing"));
    String tested = id("testing");
    Files.writeString(
        copy.resolve("stages/config.testing.properties"), "greeting=Two\npage.size=2\n");
    succeeds(run(copy, "cloudbuild.yaml", "two"));
    assertThat(id("two")).isNotEqualTo(tested);

    CliProcess.Ended refused = promote("two", "production");

    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.out()).contains("The image of commit two is not what testing has");
    assertThat(id("testing")).isEqualTo(tested);
    assertThat(desk.engine().findImage(image + ":production")).isEmpty();
  }

  @Test
  void aCommitThatNobodyBuiltCannotBePromoted() throws Exception {
    CliProcess.Ended ended = promote("one", "testing");

    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.err())
        .contains("There is no image " + image + ":one, neither in its registry nor on this");
    assertThat(statuses()).startsWith(Build.Status.SUCCESS, Build.Status.FAILURE);
  }

  @ParameterizedTest
  @CsvSource({"cloudbuild.yaml", "promote.yaml"})
  void anUnknownStageFailsWithTheListOfThoseThatAreKnown(String config) throws Exception {
    CliProcess.Ended ended = run(BOOKS, config, "one", "_CLUSTER_ENV=staging");

    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.err())
        .contains("\"staging\", which is no stage; known: development production testing");
    assertThat(ended.out()).doesNotContain("- \"image\"", "- \"find\"");
    assertThat(desk.engine().findImage(image + ":one")).isEmpty();
  }

  private CliProcess.Ended promote(String commit, String stage) throws Exception {
    return run(BOOKS, "promote.yaml", commit, "_CLUSTER_ENV=" + stage);
  }

  private CliProcess.Ended run(Path sample, String config, String commit, String... substitutions)
      throws Exception {
    List<String> values = new ArrayList<>(List.of(substitutions));
    values.add("COMMIT_SHA=" + commit);
    values.add("_IMAGE=" + image);
    return desk.run(
        "run",
        sample.toString(),
        "--config=" + sample.resolve(config),
        "--substitutions=" + String.join(",", values),
        "--build-json=build.json");
  }

  private CliProcess.Ended succeeds(CliProcess.Ended ended) throws IOException {
    assertThat(ended.exit()).as(ended.err() + ended.out()).isZero();
    assertThat(desk.build().getStepsList())
        .allMatch(step -> step.getStatus() == Build.Status.SUCCESS);
    return ended;
  }

  private List<Build.Status> statuses() throws IOException {
    return desk.build().getStepsList().stream().map(BuildStep::getStatus).toList();
  }

  private String id(String tag) {
    return desk.engine().findImage(image + ":" + tag).map(ImageInfo::id).orElseThrow();
  }

  /** Lazycache's {@code Config}, as `docker image inspect` shows it. */
  private void assertConfigured(String tag) throws Exception {
    Struct config = inspect(tag).getFieldsOrThrow("Config").getStructValue();
    Struct.Builder asked = Struct.newBuilder();
    JsonFormat.parser()
        .merge(
            """
            {"Entrypoint": ["./lazycache"], "Cmd": ["8080"], "WorkingDir": "/srv/lazycache",
             "User": "nobody", "StopSignal": "SIGKILL",
             "ExposedPorts": {"8080/tcp": {}}, "Volumes": {"/cache": {}}}
            """,
            asked);
    assertThat(config.getFieldsMap()).containsAllEntriesOf(asked.getFieldsMap());
    assertThat(config.getFieldsOrThrow("Env").getListValue().getValuesList())
        .contains(Value.newBuilder().setStringValue("CACHE=/cache").build());
  }

  private Struct inspect(String tag) throws Exception {
    Process asked =
        new ProcessBuilder(
                ROOT.resolve("dev/engine").toString(), "/images/" + image + ":" + tag + "/json")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Struct.Builder inspected = Struct.newBuilder();
    try (var answer = asked.inputReader()) {
      JsonFormat.parser().merge(answer, inspected);
    }
    assertThat(asked.waitFor()).isZero();
    return inspected.build();
  }

  /** The sample, as the source of this test. */
  private Path copy(Path sample) throws IOException {
    try (Stream<Path> files = Files.walk(sample)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = desk.source().resolve(sample.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return desk.source();
  }
}
