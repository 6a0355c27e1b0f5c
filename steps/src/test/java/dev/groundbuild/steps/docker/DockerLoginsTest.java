package dev.groundbuild.steps.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.RegistryCredentials;
import dev.groundbuild.steps.engine.RegistryLogin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerLoginsTest {
  @TempDir private Path folder = Path.of("");

  private DockerLogins logins(String json) throws IOException {
    return new DockerLogins(Files.writeString(folder.resolve("config.json"), json));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void noFileKnowsNobody() {
    DockerLogins logins = new DockerLogins(folder.resolve("none"));
    assertThat(logins.forHost("gcr.io")).isEmpty();
    assertThat(logins.hosts()).isEmpty();
  }

  @Test
  void loginsStandUnderHostsAndOlderAddresses() throws IOException {
    DockerLogins logins =
        logins(
            """
            {"auths": {"https://gcr.io/v1/": {"auth": "%s"}, "docker.io": {"auth": "%s"},
             "r.test:5000": {"username": "u", "password": "p:q"}, "empty.test": {}}}
            """
                .formatted(base64("_json_key:{\n\"a\": 1\n}\n"), base64("me:secret")));
    RegistryLogin key = logins.forHost("gcr.io").orElseThrow();
    assertThat(key.user()).isEqualTo("_json_key");
    assertThat(key.password()).isEqualTo("{\n\"a\": 1\n}\n");
    assertThat(key.toString()).doesNotContain("\"a\"");
    assertThat(logins.forHost(RegistryCredentials.DOCKER_HUB).orElseThrow().user()).isEqualTo("me");
    assertThat(logins.forHost("r.test:5000").orElseThrow().password()).isEqualTo("p:q");
    assertThat(logins.forHost("empty.test")).isEmpty();
    assertThat(logins.forHost("other.test")).isEmpty();
    assertThat(logins.hosts())
        .containsExactlyInAnyOrder(
            "gcr.io", RegistryCredentials.DOCKER_HUB, "r.test:5000", "empty.test");
  }

  @Test
  void anIdentityTokenIsOne() throws IOException {
    DockerLogins logins =
        logins("{\"auths\": {\"r.test\": {\"auth\": \"eDo=\", \"identitytoken\": \"t0ken\"}}}");
    RegistryLogin login = logins.forHost("r.test").orElseThrow();
    assertThat(login.isIdentityToken()).isTrue();
    assertThat(login.password()).isEqualTo("t0ken");
  }

  @Test
  void whatIsNoLoginIsNotQuoted() throws IOException {
    DockerLogins logins = logins("{\"auths\": {\"r.test\": {\"auth\": \"%%s3cret\"}}}");
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> logins.forHost("r.test"))
        .withMessageContaining("docker login r.test")
        .satisfies(e -> assertThat(e.toString()).doesNotContain("s3cret"));
  }
}
