package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuiltImage;
import dev.groundbuild.runner.artifact.RealRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The samples that make images, with a registry on this machine: what it has after a push. */
final class PushedSamplesTest {
  @RegisterExtension private final Desk desk = new Desk();
  @TempDir private Path folder;
  private RealRegistry registry;

  @BeforeEach
  void startRegistry() throws Exception {
    registry = RealRegistry.start(folder, Map.of());
  }

  @AfterEach
  void endRegistry() {
    forget();
    registry.close();
  }

  @Test
  void lazycachesTagsAreOneDigestInTheRegistry() throws Exception {
    Sample.of(desk, "lazycache").succeed("cloudbuild.yaml", commit(), "--push");

    String digest = digest("one");
    assertThat(digest).startsWith("sha256:");
    assertThat(digest("latest")).isEqualTo(digest);
    assertThat(desk.build().getResults().getImagesList())
        .extracting(BuiltImage::getName, BuiltImage::getDigest)
        .containsExactlyInAnyOrder(tuple(name("one"), digest), tuple(name("latest"), digest));
  }

  @Test
  void nothingIsPushedWhenAStepAfterTheImageFails() throws Exception {
    Sample copy = Sample.of(desk, "lazycache").copy();
    copy.change("Dockerfile", "\"8080\"", "\"9090\"");

    CliProcess.Ended ended = copy.run("cloudbuild.yaml", commit(), "--push");

    assertThat(ended.exit()).as(ended.err()).isEqualTo(1);
    assertThat(desk.build().getSteps(4).getStatus()).isEqualTo(Build.Status.FAILURE);
    assertThat(desk.engine().hasImage(name("one"))).isTrue();
    assertThat(digest("one")).isEqualTo("404");
    assertThat(digest("latest")).isEqualTo("404");
  }

  @Test
  void theDigestInTheRegistryStaysTheSameFromStageToStage() throws Exception {
    Sample books = Sample.of(desk, "books");
    books.succeed("cloudbuild.yaml", commit(), "--push");
    String built = digest("one");
    assertThat(built).startsWith("sha256:");

    for (String stage : List.of("testing", "production")) {
      forget(); // as on another machine
      CliProcess.Ended ended = books.succeed("promote.yaml", to(stage), "--push");
      assertThat(ended.out())
          .contains(registry.address() + "/sample@" + built)
          .doesNotContain("Not in the registry", "Successfully built");
      assertThat(digest(stage)).isEqualTo(built);
      assertThat(desk.build().getResults().getImages(0).getDigest()).isEqualTo(built);
    }
  }

  @Test
  void aPromotionThatWasNotPushedDoesNotCountForAnImageOfTheRegistry() throws Exception {
    Sample books = Sample.of(desk, "books");
    books.succeed("cloudbuild.yaml", commit(), "--push");
    books.succeed("promote.yaml", to("testing"));
    assertThat(desk.engine().hasImage(name("testing"))).isTrue();

    CliProcess.Ended ended = books.run("promote.yaml", to("production"), "--push");

    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.out()).contains("is not what testing has");
    assertThat(digest("production")).isEqualTo("404");
  }

  private Map<String, String> commit() {
    return Map.of("_IMAGE", registry.address() + "/sample", "COMMIT_SHA", "one");
  }

  private Map<String, String> to(String stage) {
    return Map.of(
        "_IMAGE", registry.address() + "/sample", "COMMIT_SHA", "one", "_CLUSTER_ENV", stage);
  }

  private String name(String tag) {
    return registry.address() + "/sample:" + tag;
  }

  /** What the registry has under a tag; 404 if nothing. */
  private String digest(String tag) throws Exception {
    return registry.digest("sample", tag, "");
  }

  /** Takes the images away from the engine. */
  private void forget() {
    for (String tag : List.of("one", "latest", "testing", "production")) {
      desk.engine().removeImage(name(tag));
    }
  }
}
