package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import dev.groundbuild.steps.engine.ImageInfo;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The samples that make images: what is in them, and how one goes from stage to stage. */
final class ImageSamplesTest {
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
        desk.run(
            "validate", "--strict=" + strict, Sample.ROOT.resolve("samples/" + config).toString());
    assertThat(ended.exit()).as(ended.err()).isZero();
  }

  @Test
  void lazycacheIsOneImageWithTwoTagsAndTheConfigThatWasAskedFor() throws Exception {
    Sample.of(desk, "lazycache").succeed("cloudbuild.yaml", commit("one"));

    assertThat(id("latest")).isEqualTo(id("one"));
    assertThat(desk.build().getImagesList()).containsExactly(image + ":one", image + ":latest");
    assertConfigured("latest");
  }

  @Test
  void withoutADockerfileAStepsContainerBecomesTheSameImage() throws Exception {
    Sample.of(desk, "lazycache").succeed("without-dockerfile/cloudbuild.yaml", commit("one"));

    assertThat(id("latest")).isEqualTo(id("one"));
    assertConfigured("latest");
  }

  @Test
  void aLineInTheMiddleOfAScriptThatFailsFailsTheStepAndNoImageIsMade() throws Exception {
    Sample copy = Sample.of(desk, "lazycache").copy();
    // It forgets what it has answered.
    copy.change("www/cgi-bin/get", "cat \"$entry\"", "cat \"$entry\"\nrm \"$entry\"");

    CliProcess.Ended ended = copy.run("cloudbuild.yaml", commit("one"));

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
    Sample books = Sample.of(desk, "books");
    books.succeed("cloudbuild.yaml", commit("one"));
    String built = id("one");

    CliProcess.Ended early = books.run("promote.yaml", to("production", "one"));
    assertThat(early.exit()).isEqualTo(1);
    assertThat(early.out()).contains("is not what testing has", "with _CLUSTER_ENV=testing");
    assertThat(desk.engine().findImage(image + ":production")).isEmpty();

    CliProcess.Ended testing = books.succeed("promote.yaml", to("testing", "one"));
    assertThat(testing.out()).contains("{\"stage\":\"testing\",", "testing has " + built);
    CliProcess.Ended production = books.succeed("promote.yaml", to("production", "one"));
    assertThat(production.out())
        .contains("{\"stage\":\"production\",", "production has " + built)
        .doesNotContain("Successfully built");
    assertThat(List.of(id("testing"), id("production"))).containsOnly(built);
  }

  @Test
  void anotherCommitsImageDoesNotPassForTheOneThatWasTested() throws Exception {
    Sample copy = Sample.of(desk, "books").copy();
    copy.succeed("cloudbuild.yaml", commit("one"));
    copy.succeed("promote.yaml", to("testing", "one"));
    String tested = id("testing");
    copy.change("stages/config.testing.properties", "page.size=2", "page.size=3");
    copy.succeed("cloudbuild.yaml", commit("two"));
    assertThat(id("two")).isNotEqualTo(tested);

    CliProcess.Ended refused = copy.run("promote.yaml", to("production", "two"));

    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.out()).contains("The image of commit two is not what testing has");
    assertThat(id("testing")).isEqualTo(tested);
    assertThat(desk.engine().findImage(image + ":production")).isEmpty();
  }

  @Test
  void aCommitThatNobodyBuiltCannotBePromoted() throws Exception {
    CliProcess.Ended ended = Sample.of(desk, "books").run("promote.yaml", to("testing", "one"));

    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.err())
        .contains("There is no image " + image + ":one, neither in its registry nor on this");
    assertThat(statuses()).startsWith(Build.Status.SUCCESS, Build.Status.FAILURE);
  }

  @ParameterizedTest
  @CsvSource({"cloudbuild.yaml", "promote.yaml"})
  void anUnknownStageFailsWithTheListOfThoseThatAreKnown(String config) throws Exception {
    CliProcess.Ended ended = Sample.of(desk, "books").run(config, to("staging", "one"));

    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.err())
        .contains("\"staging\", which is no stage; known: development production testing");
    assertThat(ended.out()).doesNotContain("- \"image\"", "- \"find\"");
    assertThat(desk.engine().findImage(image + ":one")).isEmpty();
  }

  private Map<String, String> commit(String commit) {
    return Map.of("_IMAGE", image, "COMMIT_SHA", commit);
  }

  private Map<String, String> to(String stage, String commit) {
    return Map.of("_IMAGE", image, "COMMIT_SHA", commit, "_CLUSTER_ENV", stage);
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
                Sample.ROOT.resolve("dev/engine").toString(),
                "/images/" + image + ":" + tag + "/json")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Struct.Builder inspected = Struct.newBuilder();
    try (var answer = asked.inputReader()) {
      JsonFormat.parser().merge(answer, inspected);
    }
    assertThat(asked.waitFor()).isZero();
    return inspected.build();
  }
}
