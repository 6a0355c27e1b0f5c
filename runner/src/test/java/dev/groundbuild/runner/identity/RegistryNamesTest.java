package dev.groundbuild.runner.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import dev.groundbuild.steps.engine.RegistryCredentials;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryNamesTest {
  @ParameterizedTest
  @CsvSource({
    "push gcr.io/my-project/app, gcr.io",
    "push eu.gcr.io/my-project/app:1, eu.gcr.io",
    "push europe-docker.pkg.dev/p/r/app, europe-docker.pkg.dev",
    "--destination=us-docker.pkg.dev/p/r/app, us-docker.pkg.dev",
    "gcloud auth configure-docker europe-west1-docker.pkg.dev, europe-west1-docker.pkg.dev",
    "run gcr.io/cloud-builders/docker, ",
    "fetch https://example.gcr.io.evil.test/x, ",
    "push registry.test:5000/app, registry.test:5000",
    "curl http://registry.test:5000/v2/, ",
    "push other.test/app, ",
    "npm --registry https://europe-npm.pkg.dev/p/r/, ",
    "push docker.io/me/app, https://index.docker.io/v1/",
    "cp src/main.c /tmp, ",
  })
  void whatTheStepsNameIsFound(String arg, String host) {
    Build build = Build.newBuilder().addSteps(BuildStep.newBuilder().addArgs(arg)).build();
    Set<String> names =
        RegistryNames.of(build, Set.of("registry.test:5000", RegistryCredentials.DOCKER_HUB));
    assertThat(names).isEqualTo(host == null ? Set.of() : Set.of(host));
  }

  @Test
  void theImagesThatStepsRunInAreTheEnginesAffair() {
    BuildStep step = BuildStep.newBuilder().setName("gcr.io/p/builder").build();
    assertThat(RegistryNames.of(Build.newBuilder().addSteps(step).build(), Set.of("gcr.io")))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "gcr.io, true",
    "us-docker.pkg.dev, true",
    "europe-west1-npm.pkg.dev, true",
    "us-python.pkg.dev, true",
    "europe-maven.pkg.dev, true",
    "europe-maven.pkg.dev.evil.test, false",
    "pkg.dev, false",
  })
  void registriesOfPackagesAreGooglesToo(String host, boolean googles) {
    assertThat(RegistryNames.isGoogles(host)).isEqualTo(googles);
  }

  @Test
  void theBuildsOwnImagesCount() {
    Build build =
        Build.newBuilder()
            .addImages("me/app")
            .addImages("gcr.io/p/app")
            .addImages("app")
            .addImages("docker.io/me/b")
            .build();
    assertThat(RegistryNames.of(build, Set.of()))
        .containsExactlyInAnyOrder("gcr.io", RegistryCredentials.DOCKER_HUB);
  }
}
