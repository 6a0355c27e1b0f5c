package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuiltImage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The samples that make images, with a registry on this machine: what it has after a push. */
final class PushedSamplesTest {
  @RegisterExtension private final Desk desk = new Desk();
  private LocalRegistry registry;

  @BeforeEach
  void startRegistry() throws Exception {
    registry = LocalRegistry.start(desk.root().resolve("registry"));
  }

  @AfterEach
  void endRegistry() throws Exception {
    forget();
    registry.close();
  }

  @Test
  void lazycachesTagsAreOneDigestInTheRegistry() throws Exception {
    Sample.of(desk, "lazycache").succeed("cloudbuild.yaml", commit(), "--push");

    String digest = registry.digest("sample", "one").orElseThrow();
    assertThat(registry.digest("sample", "latest")).contains(digest);
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
    assertThat(registry.digest("sample", "one")).isEmpty();
    assertThat(registry.digest("sample", "latest")).isEmpty();
  }

  @Test
  void theDigestInTheRegistryStaysTheSameFromStageToStage() throws Exception {
    Sample books = Sample.of(desk, "books");
    books.succeed("cloudbuild.yaml", commit(), "--push");
    String built = registry.digest("sample", "one").orElseThrow();

    for (String stage : List.of("testing", "production")) {
      forget(); // as on another machine
      CliProcess.Ended ended = books.succeed("promote.yaml", to(stage), "--push");
      assertThat(ended.out())
          .contains(registry.host() + "/sample@" + built)
          .doesNotContain("Not in the registry", "Successfully built");
      assertThat(registry.digest("sample", stage)).contains(built);
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
    assertThat(registry.digest("sample", "production")).isEmpty();
  }

  private Map<String, String> commit() {
    return Map.of("_IMAGE", registry.host() + "/sample", "COMMIT_SHA", "one");
  }

  private Map<String, String> to(String stage) {
    return Map.of(
        "_IMAGE", registry.host() + "/sample", "COMMIT_SHA", "one", "_CLUSTER_ENV", stage);
  }

  private String name(String tag) {
    return registry.host() + "/sample:" + tag;
  }

  /** Takes the images away from the engine. */
  private void forget() {
    for (String tag : List.of("one", "latest", "testing", "production")) {
      desk.engine().removeImage(name(tag));
    }
  }
}
