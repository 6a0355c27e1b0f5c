package dev.groundbuild.runner.publish;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Pub/Sub that messages are sent to.
 *
 * @param emulator host and port of one that is not Google's
 * @param caller who sends them
 */
public record Destination(Optional<String> emulator, Caller caller) {

  private static final String VARIABLE = "PUBSUB_EMULATOR_HOST";
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(?:[\\w.-]+|\\[[0-9a-fA-F:.]+])[:](\\d{1,5})");

  /**
   * As {@code PUBSUB_EMULATOR_HOST} says, which every client of Pub/Sub's obeys.
   *
   * @throws IllegalArgumentException when that is no host and port; the message says so
   */
  public static Destination of(Map<String, String> environment) {
    String host =
        environment
            .getOrDefault(VARIABLE, "")
            .strip()
            .replaceFirst("^https?://", "")
            .replaceFirst("/+$", "");
    if (!host.isEmpty() && !isHostAndPort(host)) {
      throw new IllegalArgumentException(
          "%s is \"%s\"; it must be HOST:PORT, such as 127.0.0.1:8085".formatted(VARIABLE, host));
    }
    return new Destination(
        Optional.of(host).filter(text -> !text.isEmpty()), Caller.of(environment));
  }

  private static boolean isHostAndPort(String text) {
    Matcher parts = HOST_AND_PORT.matcher(text);
    return parts.matches()
        && Integer.parseInt(parts.group(1)) >= 1
        && Integer.parseInt(parts.group(1)) <= 65_535;
  }

  /** Whether a message that waits was meant for a Pub/Sub of this kind. */
  boolean takes(StatusMessage message) {
    return message.emulated() == emulator.isPresent();
  }

  String noTopic(Topic topic) {
    return emulator
        .map(host ->
            "the topic "
                + topic
                + " does not exist in the Pub/Sub emulator at "
                + host
                + "; make it: groundbuild pubsub topics create "
                + topic)
        .orElse(
            "the topic "
                + topic
                + " does not exist; make it: gcloud pubsub topics create "
                + topic.name()
                + " --project="
                + topic.project());
  }

  String unreachable(String reason) {
    return this
        + " can't be reached ("
        + reason
        + ")"
        + (emulator.isPresent() ? "; groundbuild pubsub starts one" : "");
  }

  String notAllowed(Topic topic) {
    return caller.shown()
        + " may not publish to the topic "
        + topic
        + "; allow it: gcloud pubsub topics add-iam-policy-binding "
        + topic.name()
        + " --project="
        + topic.project()
        + " --member="
        + caller.member()
        + " --role=roles/pubsub.publisher";
  }

  String notKnown() {
    return "Pub/Sub does not accept the credentials of "
        + caller.shown()
        + "; get new ones: gcloud auth application-default login";
  }

  @Override
  public String toString() {
    return emulator.map(host -> "the Pub/Sub emulator at " + host).orElse("Pub/Sub");
  }
}
