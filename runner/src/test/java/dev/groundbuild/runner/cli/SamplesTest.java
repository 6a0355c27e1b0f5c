package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import com.google.protobuf.util.Timestamps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every sample has the outcome that its README states. */
final class SamplesTest {
  private static final Path SAMPLES =
      Path.of(System.getProperty("groundbuild.root", "."), "samples");

  @RegisterExtension private final Desk desk = new Desk();

  static List<String> samples() throws IOException {
    try (Stream<Path> folders = Files.list(SAMPLES)) {
      return folders
          .filter(f ->
              Files.exists(f.resolve("cloudbuild.yaml")) || Files.exists(f.resolve("Dockerfile")))
          .filter(f -> !f.endsWith("fails-once")) // ResumeTest's
          .filter(f -> !f.endsWith("secrets")) // SecretsTest's
          .map(f -> f.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void runsAsItsReadmeSays(String name) throws Exception {
    Path folder = SAMPLES.resolve(name);
    assertThat(Files.readString(folder.resolve("README.md"))).contains("Expected: SUCCESS");
    CliProcess.Ended ended = desk.run("run", "--build-json=build.json", folder.toString());
    assertThat(ended.exit()).as(ended.err() + ended.out()).isZero();
    assertThat(ended.out()).endsWith("DONE\n").doesNotContain("Pulling image");
    Build build = desk.build();
    assertThat(build.getStatus()).isEqualTo(Build.Status.SUCCESS);
    check(name, build, ended.out());
  }

  private void check(String name, Build build, String out) {
    switch (name) {
      case "books", "lazycache" -> {
        assertThat(build.getStepsList()).allMatch(SamplesTest::succeeded);
        for (String image : build.getImagesList()) {
          assertThat(desk.engine().hasImage(image)).as(image).isTrue();
          desk.engine().removeImage(image);
        }
      }
      case "conveyor-belts" -> {
        assertThat(build.getStepsList()).hasSize(50).allMatch(SamplesTest::succeeded);
        assertThat(out).contains("image-16:latest");
      }
      case "dockerfile-only" ->
          assertThat(desk.engine().hasImage(build.getImages(0))).as(build.getImages(0)).isTrue();
      case "fan-out" -> fanOut(build, out);
      case "gckb" -> gckb(build);
      case "hello" -> assertThat(out).contains("HELLO FROM LOCAL-PROJECT", "25 bytes");
      case "late-dash" -> assertThat(build.getStepsList()).allMatch(SamplesTest::succeeded);
      case "registry" -> // PushTest's, with a registry
          assertThat(out).contains("Hello from an image", "not pushed");
      case "thirty-life-cycles" -> assertThat(out).contains("30 life cycles");
      case "tolerant-matrix" -> {
        assertThat(step(build, "Ubuntu 20.04").getStatus()).isEqualTo(Build.Status.FAILURE);
        assertThat(step(build, "Ubuntu 20.04").getExitCode()).isEqualTo(1);
        assertThat(step(build, "Ubuntu 24.04").getStatus()).isEqualTo(Build.Status.SUCCESS);
        assertThat(step(build, "Legacy").getStatus()).isEqualTo(Build.Status.SUCCESS);
        assertThat(step(build, "report").getStatus()).isEqualTo(Build.Status.SUCCESS);
      }
      case "variables" ->
          assertThat(out)
              .contains(
                  "lint: version not known here",
                  "publish app-1.4.7.jar",
                  "what is new in 1.4.7:",
                  "pinned to 9.9.9");
      default -> throw new AssertionError("say here what is to be seen of the sample " + name);
    }
  }

  private static void fanOut(Build build, String out) {
    assertThat(out).contains("the answer is 42");
    assertThat(step(build, "worker-5").getStatus()).isEqualTo(Build.Status.FAILURE);
    assertThat(step(build, "worker-5").getExitCode()).isEqualTo(7);
    assertThat(step(build, "worker-6").getStatus()).isEqualTo(Build.Status.FAILURE);
    assertThat(step(build, "worker-6").getExitCode()).isEqualTo(3);
    assertThat(build.getResults().getBuildStepOutputsList().stream().map(b -> b.toStringUtf8()))
        .containsExactly(
            "",
            "",
            "worker 1 done\n",
            "worker 2 done\n",
            "worker 3 done\n",
            "worker 4 done\n",
            "",
            "",
            "",
            "");
  }

  private static void gckb(Build build) {
    assertThat(build.getStepsList()).allMatch(SamplesTest::succeeded);
    assertThat(start(step(build, "lint"))).isLessThan(end(step(build, "build")));
    assertThat(end(step(build, "run-tests"))).isLessThanOrEqualTo(start(step(build, "deploy")));
    assertThat(end(step(build, "lint"))).isLessThanOrEqualTo(start(step(build, "deploy")));
    assertThat(end(step(build, "build-builder"))).isLessThanOrEqualTo(start(step(build, "lint")));
  }

  private static boolean succeeded(BuildStep step) {
    return step.getStatus() == Build.Status.SUCCESS;
  }

  private static BuildStep step(Build build, String id) {
    return build.getStepsList().stream()
        .filter(s -> s.getId().equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no step " + id));
  }

  private static long start(BuildStep step) {
    return Timestamps.toNanos(step.getTiming().getStartTime());
  }

  private static long end(BuildStep step) {
    return Timestamps.toNanos(step.getTiming().getEndTime());
  }
}
