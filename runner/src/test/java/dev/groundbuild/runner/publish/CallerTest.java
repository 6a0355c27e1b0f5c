package dev.groundbuild.runner.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who publishes, and what Google's refusals then say. */
final class CallerTest {
  private static final Topic TOPIC = Topic.parse("projects/p/topics/builds", "");

  @TempDir private Path home;

  @Test
  void aKeyFileNamesItsServiceAccount() throws IOException {
    Path key =
        Files.writeString(
            home.resolve("k"), "{\"client_email\":\"ci@p.iam\",\"private_key\":\"x\"}");
    Caller caller = Caller.of(Map.of("GOOGLE_APPLICATION_CREDENTIALS", key.toString()));

    assertThat(new Destination(Optional.empty(), caller).notAllowed(TOPIC))
        .isEqualTo(
            "the service account ci@p.iam may not publish to the topic projects/p/topics/builds;"
                + " allow it: gcloud pubsub topics add-iam-policy-binding builds --project=p"
                + " --member=serviceAccount:ci@p.iam --role=roles/pubsub.publisher");
  }

  @Test
  void impersonationNamesWhomItImpersonates() throws IOException {
    gcloud(
        "{\"service_account_impersonation_url\":\"https://x/v1/projects/-/serviceAccounts/"
            + "b@p.iam:generateAccessToken\",\"source_credentials\":{}}");
    assertThat(Caller.of(Map.of("HOME", home.toString())).member())
        .isEqualTo("serviceAccount:b@p.iam");
  }

  @Test
  void aUserIsNamedIfTheFileDoes() throws IOException {
    gcloud("{\"type\":\"authorized_user\",\"account\":\"me@example.com\"}");
    assertThat(Caller.of(Map.of("HOME", home.toString())).member())
        .isEqualTo("user:me@example.com");
    gcloud("{\"type\":\"authorized_user\",\"account\":\"\"}");
    assertThat(Caller.of(Map.of("HOME", home.toString())).shown())
        .isEqualTo("the account of your application default credentials");
  }

  @Test
  void withoutAFileItIsTheMachine() {
    assertThat(Caller.of(Map.of("HOME", home.toString())).shown())
        .isEqualTo("this machine's service account");
  }

  @Test
  void aTopicThatGoogleDoesNotHaveIsMadeWithGcloud() {
    Destination google = Destination.of(Map.of("HOME", home.toString()));
    assertThat(google.noTopic(TOPIC))
        .isEqualTo(
            "the topic projects/p/topics/builds does not exist; make it:"
                + " gcloud pubsub topics create builds --project=p");
  }

  private void gcloud(String json) throws IOException {
    Path folder = Files.createDirectories(home.resolve(".config/gcloud"));
    Files.writeString(folder.resolve("application_default_credentials.json"), json);
  }
}
