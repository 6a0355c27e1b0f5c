package dev.groundbuild.runner.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final Map<String, String> ASKED = Map.of("metadata-flavor", "Google");
  private static final String V1 = "/computeMetadata/v1/";

  /** Says for what it was asked. */
  private static final class Echo implements Tokens {
    @Override
    public String whose() {
      return "echo";
    }

    @Override
    public String email() {
      return "ci@p.test";
    }

    @Override
    public AccessToken token(List<String> scopes) {
      return new AccessToken("t" + scopes, NOW.plusSeconds(1799));
    }

    @Override
    public String identity(String audience, boolean full) {
      return audience + " " + full;
    }
  }

  private final Metadata metadata = metadata(new Echo());

  private static Metadata metadata(Tokens tokens) {
    Facts facts = new Facts("my-project", "123", "europe-west1", "b1", Optional.empty());
    return new Metadata(facts, tokens, () -> NOW);
  }

  private Answer get(String path) {
    return metadata.answer("GET", path, ASKED);
  }

  @ParameterizedTest
  @CsvSource({
    "project/project-id, my-project",
    "project/numeric-project-id, 123",
    "instance/zone, projects/123/zones/europe-west1-a",
    "instance/service-accounts/default/email, ci@p.test",
    "instance/service-accounts/ci@p.test/email, ci@p.test",
    "universe/universe-domain, googleapis.com",
  })
  void valuesAreText(String path, String value) {
    Answer answer = get(V1 + path);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(value);
  }

  @Test
  void foldersAreListed() {
    assertThat(get("/").body()).isEqualTo("computeMetadata/\n");
    assertThat(get("/computeMetadata/").body()).isEqualTo("v1/\n");
    assertThat(get(V1).body()).isEqualTo("instance/\nproject/\nuniverse/\n");
    assertThat(get(V1 + "instance/service-accounts/").body()).isEqualTo("default/\nci@p.test/\n");
    assertThat(get(V1 + "instance/attributes/").body()).isEmpty();
    assertThat(get(V1 + "instance/service-accounts/default/").body())
        .isEqualTo("aliases\nemail\nidentity\nscopes\ntoken\n");
  }

  @Test
  void aFolderWithoutItsSlashIsElsewhere() {
    Answer answer = get(V1 + "instance");
    assertThat(answer.status()).isEqualTo(301);
    assertThat(answer.more()).containsEntry("Location", V1 + "instance/");
  }

  @Test
  void aListingOfEverythingBelowIsJsonWithoutTokens() {
    Answer answer = get(V1 + "?recursive=true");
    JsonObject all = JsonParser.parseString(answer.body()).getAsJsonObject();
    assertThat(answer.type()).isEqualTo("application/json");
    assertThat(all.getAsJsonObject("project").get("numericProjectId").getAsLong()).isEqualTo(123);
    JsonObject account =
        all.getAsJsonObject("instance")
            .getAsJsonObject("serviceAccounts")
            .getAsJsonObject("default");
    assertThat(account.keySet()).containsExactly("aliases", "email", "scopes");
    assertThat(get(V1 + "instance/service-accounts/default/?recursive=true").body())
        .isEqualTo(account.toString());
  }

  @Test
  void aTokenIsJsonWithTheSecondsThatItHasLeft() {
    assertThat(get(V1 + "instance/service-accounts/default/token").body())
        .isEqualTo("{\"access_token\":\"t[]\",\"expires_in\":1799,\"token_type\":\"Bearer\"}");
    assertThat(get(V1 + "instance/service-accounts/default/token?scopes=a,b&scopes=c%2Fd").body())
        .contains("\"t[a, b, c/d]\"");
  }

  @Test
  void anIdentityTokenIsForAnAudience() {
    String path = V1 + "instance/service-accounts/default/identity";
    assertThat(get(path).status()).isEqualTo(400);
    assertThat(get(path + "?audience=https%3A%2F%2Frun.test&format=full").body())
        .isEqualTo("https://run.test true");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "project/project-id", "instance/service-accounts/default/token"})
  void nothingIsToldWithoutTheHeader(String path) {
    assertThat(metadata.answer("GET", V1 + path, Map.of()).status()).isEqualTo(403);
    Map<String, String> other = Map.of("metadata-flavor", "Amazon");
    assertThat(metadata.answer("GET", V1 + path, other).status()).isEqualTo(403);
  }

  @Test
  void forwardedRequestsAndOtherMethodsAreRefused() {
    Map<String, String> forwarded =
        Map.of("metadata-flavor", "Google", "x-forwarded-for", "10.0.0.1");
    assertThat(metadata.answer("GET", V1, forwarded).status()).isEqualTo(403);
    assertThat(metadata.answer("POST", V1, ASKED).status()).isEqualTo(405);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/computeMetadata/v1/nothing",
        "/computeMetadata/v1/nothing/",
        "/computeMetadata/v1/project/project-id/",
        "/computeMetadata/v1/instance/service-accounts/other@p.test/token",
        "/other"
      })
  void whatThereIsNotIsNotFound(String path) {
    assertThat(get(path).status()).isEqualTo(404);
  }

  @Test
  void withoutCredentialsATokenIsNotFoundAndTheRestIsThere() {
    Metadata without = metadata(new NoTokens("0@cloudbuild.test", NoTokens.NONE_HERE));
    Answer answer = without.answer("GET", V1 + "instance/service-accounts/default/token", ASKED);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).contains("gcloud auth application-default login");
    assertThat(without.answer("GET", V1 + "project/project-id", ASKED).body())
        .isEqualTo("my-project");
  }
}
