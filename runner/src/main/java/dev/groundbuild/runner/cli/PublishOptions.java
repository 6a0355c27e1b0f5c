package dev.groundbuild.runner.cli;

import com.google.cloudbuild.v1.Build;
import com.google.gson.JsonParser;
import dev.groundbuild.runner.BuildRequest;
import dev.groundbuild.runner.config.BuiltIns;
import dev.groundbuild.runner.publish.BuildPublishing;
import dev.groundbuild.runner.publish.Destination;
import dev.groundbuild.runner.publish.Outbox;
import dev.groundbuild.runner.publish.Publishing;
import dev.groundbuild.runner.publish.Topic;
import dev.groundbuild.runner.status.StateFolder;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Whether, and where to, a build's status is published. Off unless the user switches it on: a
 * config that a team shares must do the same on a laptop without credentials.
 */
final class PublishOptions {
  /** Switches publishing on, or off, for all builds of a user. */
  static final String VARIABLE = "GROUNDBUILD_PUBLISH";

  private static final String FIELD = "options.pubsubTopic";
  private static final Set<String> ON = Set.of("on", "true", "yes", "1");
  private static final Set<String> OFF = Set.of("off", "false", "no", "0");

  @Option(
      names = "--pubsub-topic",
      paramLabel = "TOPIC",
      description = {
        "Publish each status of the build to this Pub/Sub topic, as Cloud Build does: projects/P/topics/T, or T",
        "of the build's project. GROUNDBUILD_PUBLISH=TOPIC in the environment does so for every build;",
        "GROUNDBUILD_PUBLISH=on takes the config's options.pubsubTopic, or else cloud-builds.",
        "PUBSUB_EMULATOR_HOST is obeyed."
      })
  private @Nullable String topic;

  @Option(names = "--no-publish", description = "Publish nothing, whatever is configured.")
  private boolean noPublish;

  @Option(
      names = "--publish-wait",
      paramLabel = "DURATION",
      converter = DurationText.class,
      description = {
        "How long to wait after the build's end until its last status is acknowledged: 10s by default.",
        "What is not is kept, and goes out with the next run, or with groundbuild publish."
      })
  private Duration wait = Duration.ofSeconds(10);

  /** What can be seen to be wrong before the build starts. */
  void check() {
    if (noPublish && topic != null) {
      throw new UsageException("--no-publish and --pubsub-topic exclude each other");
    }
  }

  /**
   * The publishing of a build, if it is switched on.
   *
   * @param extras of the config
   */
  Publishing open(
      Shell shell, BuildRequest request, Map<String, String> extras, InstantSource clock)
      throws IOException {
    Build build = request.build();
    String asked = text(extras.get(FIELD));
    Optional<Named> named = named(setting(shell), asked);
    if (named.isEmpty()) {
      tellUnpublished(shell, asked);
      return Publishing.NONE;
    }
    Destination destination = destination(shell);
    Topic to = named.get().topic(build.getProjectId());
    refuseNoProject(to, destination);
    return new BuildPublishing(
        new BuildPublishing.Settings(to, destination, wait),
        Outbox.in(StateFolder.of(shell.env()), clock),
        build,
        request.resumption().isAgain(),
        line -> shell.err().println("groundbuild: " + line));
  }

  /** Where to, as the environment says. */
  static Destination destination(Shell shell) {
    try {
      return Destination.of(shell.env());
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** A topic, and who has named it. */
  private record Named(String by, String text) {
    Topic topic(String project) {
      try {
        return Topic.parse(text, project);
      } catch (IllegalArgumentException e) {
        throw new UsageException(by + ": " + e.getMessage());
      }
    }
  }

  /** What the user says goes before what the config says. Empty when nothing is published. */
  private Optional<Named> named(String setting, String asked) {
    if (noPublish) {
      return Optional.empty();
    }
    if (topic != null) {
      return Optional.of(new Named("--pubsub-topic", topic));
    }
    String word = setting.toLowerCase(Locale.ROOT);
    if (word.isEmpty() || OFF.contains(word)) {
      return Optional.empty();
    }
    if (!ON.contains(word)) {
      return Optional.of(new Named(VARIABLE, setting));
    }
    return Optional.of(
        asked.isEmpty() ? new Named(VARIABLE, Topic.DEFAULT) : new Named(FIELD, asked));
  }

  private void tellUnpublished(Shell shell, String asked) {
    if (!asked.isEmpty() && !noPublish && setting(shell).isEmpty()) {
      shell
          .err()
          .println(
              "groundbuild: the build's status is not published to "
                  + asked
                  + " (options.pubsubTopic) unless you switch it on: "
                  + VARIABLE
                  + "=on; with "
                  + VARIABLE
                  + "=off this is not said");
    }
  }

  private static void refuseNoProject(Topic topic, Destination destination) {
    if (topic.project().equals(BuiltIns.NO_PROJECT) && destination.emulator().isEmpty()) {
      throw new UsageException(
          "the status is to be published, and it is not known to which project; name one with"
              + " --project=ID or GOOGLE_CLOUD_PROJECT, or the topic in full"
              + " (--pubsub-topic=projects/P/topics/T), or run with --no-publish");
    }
  }

  private static String setting(Shell shell) {
    return shell.env().getOrDefault(VARIABLE, "").strip();
  }

  private static String text(@Nullable String json) {
    return json == null ? "" : JsonParser.parseString(json).getAsString();
  }
}
