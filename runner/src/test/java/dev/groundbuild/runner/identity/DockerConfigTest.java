package dev.groundbuild.runner.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.groundbuild.steps.engine.RegistryLogin;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DockerConfigTest {
  private static final RegistryLogin FIRST = new RegistryLogin("oauth2accesstoken", "one");
  private static final RegistryLogin SECOND = new RegistryLogin("oauth2accesstoken", "two");

  private final DockerConfig config = new DockerConfig();

  private byte[] with(RegistryLogin login, Optional<byte[]> present) {
    return config.with(Map.of("gcr.io", login), present).orElseThrow();
  }

  private static String user(byte[] file, String host) {
    String auth =
        JsonParser.parseString(new String(file, UTF_8))
            .getAsJsonObject()
            .getAsJsonObject("auths")
            .getAsJsonObject(host)
            .get("auth")
            .getAsString();
    return new String(Base64.getDecoder().decode(auth), UTF_8);
  }

  @Test
  void aKeyOfSeveralLinesIsKeptByteForByte() {
    String key = "{\n  \"private_key\": \"-----BEGIN\\nAB==\\n\"\r\n}\n";
    byte[] file = with(new RegistryLogin("_json_key", key), Optional.empty());
    assertThat(user(file, "gcr.io")).isEqualTo("_json_key:" + key);
  }

  @Test
  void aNewTokenReplacesOursAndLeavesWhatStepsHaveAdded() {
    byte[] first = with(FIRST, Optional.empty());
    String added =
        new String(first, UTF_8)
            .replace("\"auths\": {", "\"auths\": {\"r.test\": {\"auth\": \"eDp5\"},");
    byte[] second = with(SECOND, Optional.of(added.getBytes(UTF_8)));
    assertThat(user(second, "gcr.io")).isEqualTo("oauth2accesstoken:two");
    assertThat(user(second, "r.test")).isEqualTo("x:y");
  }

  @Test
  void aLoginThatAStepHasChangedIsTheirs() {
    with(FIRST, Optional.empty());
    byte[] theirs = "{\"auths\": {\"gcr.io\": {\"auth\": \"eDp5\"}}}".getBytes(UTF_8);
    assertThat(config.with(Map.of("gcr.io", SECOND), Optional.of(theirs))).isEmpty();
    byte[] loggedOut = "{\"auths\": {}}".getBytes(UTF_8);
    assertThat(config.with(Map.of("gcr.io", SECOND), Optional.of(loggedOut))).isEmpty();
  }

  @Test
  void whatAKilledAttemptHasLeftIsTakenOver() {
    byte[] left = with(FIRST, Optional.empty());
    DockerConfig next = new DockerConfig();
    byte[] file = next.with(Map.of("gcr.io", SECOND), Optional.of(left)).orElseThrow();
    assertThat(user(file, "gcr.io")).isEqualTo("oauth2accesstoken:two");
    DockerConfig same = new DockerConfig();
    assertThat(same.with(Map.of("gcr.io", FIRST), Optional.of(left))).isEmpty();
    assertThat(new String(same.without(Optional.of(left)).orElseThrow(), UTF_8))
        .doesNotContain("gcr.io");
  }

  @Test
  void aFileThatIsNoJsonIsLeftAlone() {
    assertThat(config.with(Map.of("gcr.io", FIRST), Optional.of("oops".getBytes(UTF_8)))).isEmpty();
  }

  @Test
  void whatWeHaveWrittenCanBeTakenOutAgain() {
    byte[] file = with(FIRST, Optional.empty());
    byte[] without = config.without(Optional.of(file)).orElseThrow();
    assertThat(new String(without, UTF_8)).doesNotContain("gcr.io");
    assertThat(config.without(Optional.of(without))).isEmpty();
  }

  @Test
  void anIdentityTokenHasAFieldOfItsOwn() {
    byte[] file = with(new RegistryLogin("<token>", "t0ken"), Optional.empty());
    assertThat(new String(file, UTF_8)).contains("\"identitytoken\": \"t0ken\"");
    assertThat(user(file, "gcr.io")).isEqualTo("<token>:");
  }
}
