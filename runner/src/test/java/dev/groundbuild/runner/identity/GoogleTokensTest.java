package dev.groundbuild.runner.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoogleTokensTest {
  private static final InstantSource CLOCK = InstantSource.system();
  private static final String FALLBACK = "0@cloudbuild.gserviceaccount.com";

  @TempDir private Path folder = Path.of("");

  @Test
  void aKeyFileGivesTokensOfItsAccount() throws Exception {
    try (FakeGoogle google = new FakeGoogle(3600)) {
      Tokens tokens = tokens(google.keyFile(folder), Map.of(), Optional.empty());
      assertThat(tokens.email()).isEqualTo(FakeGoogle.ACCOUNT);
      AccessToken token = tokens.token(List.of());
      assertThat(token.value()).isEqualTo(google.tokens().getFirst());
      assertThat(token.expires()).isBetween(in(3500), in(3601));
      assertThat(google.claims().getFirst().get("scope").getAsString())
          .isEqualTo(Tokens.CLOUD_PLATFORM);
      tokens.token(List.of("https://www.googleapis.com/auth/pubsub"));
      assertThat(google.claims().getLast().get("scope").getAsString()).endsWith("/pubsub");
    }
  }

  @Test
  void aTokenIsGivenAgainUntilThreeQuartersOfItsLifeAreOver() throws Exception {
    try (FakeGoogle google = new FakeGoogle(3600)) {
      Instant[] now = {Instant.now()};
      Credentials wanted = wanted(google.keyFile(folder), Map.of());
      Tokens tokens = GoogleTokens.load(wanted, Optional.empty(), FALLBACK, () -> now[0]);
      tokens.token(List.of());
      now[0] = now[0].plusSeconds(2690);
      tokens.token(List.of());
      assertThat(google.tokens()).hasSize(1);
      now[0] = now[0].plusSeconds(20);
      assertThat(tokens.token(List.of()).value()).isEqualTo(google.tokens().get(1));
    }
  }

  @Test
  void aTokenOfFiveSecondsIsNeverGivenStale() throws Exception {
    try (FakeGoogle google = new FakeGoogle(5)) {
      Tokens tokens = tokens(google.keyFile(folder), Map.of(), Optional.empty());
      for (int i = 0; i < 3; i++) {
        assertThat(tokens.token(List.of()).expires()).isAfter(in(3));
      }
    }
  }

  @Test
  void aKeyFileGivesIdentityTokens() throws Exception {
    try (FakeGoogle google = new FakeGoogle(3600)) {
      Tokens tokens = tokens(google.keyFile(folder), Map.of(), Optional.empty());
      assertThat(tokens.identity("https://run.example", true)).contains(".");
      assertThat(google.claims().getLast().get("target_audience").getAsString())
          .isEqualTo("https://run.example");
    }
  }

  @Test
  void theBuildsAccountIsImpersonated() throws Exception {
    try (FakeGoogle google = new FakeGoogle(3600)) {
      Tokens tokens = tokens(google.userFile(folder), at(google), Optional.of("deploy@p.test"));
      assertThat(tokens.email()).isEqualTo("deploy@p.test");
      assertThat(tokens.token(List.of()).value()).startsWith("ya29.as-");
    }
  }

  @Test
  void anAccountIsNotImpersonatedByItself() throws Exception {
    try (FakeGoogle google = new FakeGoogle(3600)) {
      Tokens tokens = tokens(google.keyFile(folder), at(google), Optional.of(FakeGoogle.ACCOUNT));
      assertThat(tokens.token(List.of()).value()).startsWith("ya29.token-");
    }
  }

  @Test
  void whoMayNotImpersonateIsToldWhatWouldAllowIt() throws Exception {
    try (FakeGoogle google = new FakeGoogle(3600)) {
      Tokens tokens = tokens(google.userFile(folder), at(google), Optional.of("forbidden@p.test"));
      assertThatExceptionOfType(NoTokenException.class)
          .isThrownBy(() -> tokens.token(List.of()))
          .withMessageContaining("forbidden@p.test")
          .withMessageContaining("add-iam-policy-binding")
          .withMessageContaining("--impersonate=none");
    }
  }

  @Test
  void aPersonHasNoIdentityTokens() throws Exception {
    try (FakeGoogle google = new FakeGoogle(3600)) {
      Tokens tokens = tokens(google.userFile(folder), Map.of(), Optional.empty());
      assertThat(tokens.email()).isEqualTo(FALLBACK);
      assertThat(tokens.token(List.of()).value()).startsWith("ya29.token-");
      assertThatExceptionOfType(NoTokenException.class)
          .isThrownBy(() -> tokens.identity("a", false))
          .withMessageContaining("--impersonate=ACCOUNT");
    }
  }

  @Test
  void aFileThatIsNoneOfCredentialsIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("odd.json"), "{\"type\": \"unknown\"}");
    Tokens tokens = tokens(file, Map.of(), Optional.empty());
    assertThatExceptionOfType(NoTokenException.class)
        .isThrownBy(() -> tokens.token(List.of()))
        .withMessageContaining(file.toString());
    Tokens gone = tokens(folder.resolve("gone.json"), Map.of(), Optional.empty());
    assertThatExceptionOfType(NoTokenException.class)
        .isThrownBy(() -> gone.token(List.of()))
        .withMessageContaining("there is no credentials file");
  }

  @Test
  void aMachineWithoutAnAccountIsTheUsualOneAndSaysWhyItHasNoToken() {
    Map<String, String> env = Map.of("GCE_METADATA_HOST", "127.0.0.1:1", "HOME", "/nowhere");
    Credentials wanted = new Credentials(Optional.empty(), Optional.empty(), env);
    Tokens tokens = new LazyTokens(wanted, Optional.empty(), FALLBACK, CLOCK);
    assertThat(tokens.email()).isEqualTo(FALLBACK);
    assertThatExceptionOfType(NoTokenException.class)
        .isThrownBy(() -> tokens.token(List.of()))
        .withMessageContaining("this machine's own account");
  }

  @Test
  void credentialsAreFoundWhereGcloudPutsThem() throws IOException {
    Path gcloud = Files.createDirectories(folder.resolve(".config/gcloud"));
    Path file = Files.writeString(gcloud.resolve("application_default_credentials.json"), "{}");
    Map<String, String> home = Map.of("HOME", folder.toString(), "NO_GCE_CHECK", "true");
    assertThat(new Credentials(Optional.empty(), Optional.empty(), home).found()).contains(file);
    Map<String, String> elsewhere = Map.of("HOME", "/nowhere", "NO_GCE_CHECK", "true");
    assertThat(new Credentials(Optional.empty(), Optional.empty(), elsewhere).any()).isFalse();
  }

  private static Map<String, String> at(FakeGoogle google) {
    return Map.of("CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS", google.address());
  }

  private static Instant in(int seconds) {
    return Instant.now().plus(Duration.ofSeconds(seconds));
  }

  private static Credentials wanted(Path file, Map<String, String> env) {
    return new Credentials(Optional.of(file), Optional.empty(), env);
  }

  private static Tokens tokens(Path file, Map<String, String> env, Optional<String> account) {
    return GoogleTokens.load(wanted(file, env), account, FALLBACK, CLOCK);
  }
}
