package dev.groundbuild.steps.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
  // The archived local builder's table (spec 1.3), and forms that real configs have.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gcr.o/works/folder:tag",
        "gcr.io/z",
        "sub.gcr.io/a/b/c",
        "gcr.io/works/folder:Tag",
        "ubuntu",
        "ubuntu:latest",
        "x/docker@sha256:blah",
        "localhost:5000/a/b:c",
        "gcr.io/google.com/cloudsdktool/cloud-sdk:slim",
        "us-docker.pkg.dev/p/r/my__image-x.y:v1.2_3",
        "ghcr.io/sigstore/cosign:v3.1.1-dev@sha256:0dcd21d8b6464a52",
        "[::1]:5000/a",
        "127.0.0.1:5000/a:b",
      })
  void readsEveryNameThatCloudBuildTakes(String name) {
    assertThat(ImageReference.parse(name)).isPresent();
    assertThat(ImageReference.parse(name).orElseThrow()).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x@sha256:",
        "x@sha56:blah",
        "u::l",
        "gcr.io/:broken",
        "gcr.io/project/Broken",
        "Ubuntu",
        "a b",
        " ubuntu",
        "gcr.io//image",
        ":latest",
        "image:",
        "https://gcr.io/p/i",
        "gcr.io/$PROJECT_ID/i",
        "a:.tag",
        "a/",
        "/a",
        "a_-b",
      })
  void readsNothingElse(String name) {
    assertThat(ImageReference.parse(name)).isEmpty();
  }

  @Test
  void splitsANameIntoItsParts() {
    assertThat(ImageReference.parse("localhost:5000/a/b:c@sha256:1f"))
        .contains(
            new ImageReference("localhost:5000/a/b", Optional.of("c"), Optional.of("sha256:1f")));
    assertThat(ImageReference.parse("ubuntu"))
        .contains(new ImageReference("ubuntu", Optional.empty(), Optional.empty()));
  }

  @Test
  void aTagHasAtMost128Characters() {
    assertThat(ImageReference.parse("a:" + "x".repeat(128))).isPresent();
    assertThat(ImageReference.parse("a:" + "x".repeat(129))).isEmpty();
  }

  @Test
  void aNameOfManyPartsIsNoTrouble() {
    assertThat(ImageReference.parse("a" + "/a".repeat(499))).isPresent();
  }
}
