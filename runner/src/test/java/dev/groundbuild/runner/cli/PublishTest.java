package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import com.google.protobuf.util.JsonFormat;
import dev.groundbuild.runner.publish.FakePublisher;
import dev.groundbuild.runner.publish.FakePublisher.Answer;
import dev.groundbuild.runner.publish.FakePublisher.Taken;
import dev.groundbuild.runner.status.BuildRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which builds are published, where to, and what the user is told; on the engine in memory. */
final class PublishTest {
  private static final String WITH_TOPIC =
      """
      steps: [{name: busybox, env: ['OUTPUT=hello']}]
      options: {pubsubTopic: projects/$PROJECT_ID/topics/team}
      """;
  private static final String PLAIN = "steps: [{name: busybox}]";

  @TempDir private Path folder;
  private final Map<String, String> env = new TreeMap<>();
  private FakePublisher server = fake();

  @BeforeEach
  void open() throws IOException {
    server.open();
    env.put("XDG_STATE_HOME", folder.resolve("state").toString());
    env.put("PUBSUB_EMULATOR_HOST", server.host());
  }

  @AfterEach
  void close() throws Exception {
    server.close();
  }

  private static FakePublisher fake() {
    try {
      return FakePublisher.away();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void nothingIsPublishedUntilItIsSwitchedOn() throws Exception {
    InProcess.Ended ended = run(PLAIN);

    assertThat(ended.exit()).isZero();
    assertThat(ended.err()).isEmpty();
    assertThat(server.taken()).isEmpty();
    assertThat(folder.resolve("state/groundbuild/outbox")).doesNotExist();
  }

  @Test
  void aConfigsTopicAloneSwitchesNothingOnAndIsMentionedOnce() throws Exception {
    assertThat(run(WITH_TOPIC).err())
        .isEqualTo(
            "groundbuild: the build's status is not published to projects/p/topics/team"
                + " (options.pubsubTopic) unless you switch it on: GROUNDBUILD_PUBLISH=on; with"
                + " GROUNDBUILD_PUBLISH=off this is not said\n");
    env.put("GROUNDBUILD_PUBLISH", "off");
    assertThat(run(WITH_TOPIC).err()).isEmpty();
    assertThat(server.taken()).isEmpty();
  }

  @Test
  void oneLineOfConfigurationPublishesEveryBuildAsCloudBuildDoes() throws Exception {
    env.put("GROUNDBUILD_PUBLISH", "on");
    InProcess.Ended ended = run(PLAIN, "--build-json=build.json");

    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.err()).isEmpty();
    List<Taken> taken = server.taken();
    assertThat(taken).extracting(Taken::status).containsExactly("QUEUED", "WORKING", "SUCCESS");
    assertThat(taken).extracting(Taken::topic).containsOnly("projects/p/topics/cloud-builds");
    Build.Builder finished = Build.newBuilder();
    JsonFormat.parser().merge(Files.readString(folder.resolve("build.json")), finished);
    assertThat(taken.getLast().data()).isEqualTo(BuildRecord.compact(finished.build()));
    assertThat(taken).extracting(Taken::build).containsOnly(finished.getId());
  }

  @Test
  void theTopicIsThatOfTheFlagElseOfTheUserElseOfTheConfig() throws Exception {
    env.put("GROUNDBUILD_PUBLISH", "on");
    assertThat(topic(WITH_TOPIC)).isEqualTo("projects/p/topics/team");
    env.put("GROUNDBUILD_PUBLISH", "projects/mine/topics/own");
    assertThat(topic(WITH_TOPIC)).isEqualTo("projects/mine/topics/own");
    assertThat(topic(WITH_TOPIC, "--pubsub-topic=flag")).isEqualTo("projects/p/topics/flag");
    run(WITH_TOPIC, "--no-publish");
    assertThat(server.taken()).isEmpty();
  }

  @Test
  void aBuildThatFailsSaysSoAndARerunHasTheSameTopic() throws Exception {
    env.put("GROUNDBUILD_PUBLISH", "on");
    InProcess.Ended failed = run(WITH_TOPIC.replace("OUTPUT=hello", "EXIT_CODE=3"));

    assertThat(failed.exit()).isEqualTo(1);
    Taken last = server.taken().getLast();
    assertThat(last.status()).isEqualTo("FAILURE");
    assertThat(last.data())
        .contains("\"exitCode\":3", "\"failureInfo\":{\"type\":\"USER_BUILD_STEP\"");

    InProcess.Ended again = command("rerun", "--engine=fake");
    assertThat(again.exit()).isEqualTo(1);
    List<Taken> taken = server.taken();
    assertThat(taken).extracting(Taken::topic).containsOnly("projects/p/topics/team");
    assertThat(taken).extracting(Taken::status).containsExactly("QUEUED", "WORKING", "FAILURE");
    assertThat(taken.getFirst().build()).isNotEqualTo(last.build());
  }

  @Test
  void aRefusalIsAWarningAndTheBuildsResultIsItsOwn() throws Exception {
    server.answer(Answer.PERMISSION_DENIED);
    InProcess.Ended ended = run(PLAIN, "--pubsub-topic=team");

    assertThat(ended.exit()).isZero();
    assertThat(ended.err())
        .contains("groundbuild: warning: the build's status (QUEUED, WORKING, SUCCESS)")
        .contains(
            "may not publish to the topic projects/p/topics/team; allow it: gcloud pubsub topics"
                + " add-iam-policy-binding team --project=p --member=")
        .doesNotContain("Exception");
  }

  @Test
  void whatWaitsIsListedSentAndDropped() throws Exception {
    run(PLAIN, "--pubsub-topic=team"); // loads the client, which nothing interrupts
    assertThat(server.taken()).hasSize(3);
    server.close();
    InProcess.Ended ended = run(PLAIN, "--pubsub-topic=team", "--publish-wait=0s");
    assertThat(ended.exit()).isZero();
    assertThat(command("publish", "--list").out().lines())
        .hasSize(3)
        .allMatch(line -> line.endsWith("  projects/p/topics/team  (emulator)"));
    InProcess.Ended tried = command("publish", "--publish-wait=0s");
    assertThat(tried.exit()).isEqualTo(1);
    assertThat(tried.out()).isEqualTo("sent 0 messages\n");
    assertThat(tried.err()).contains("can't be reached", "groundbuild: 3 messages still wait\n");

    server.open();
    InProcess.Ended sent = command("publish");
    assertThat(sent.exit()).as(sent.err()).isZero();
    assertThat(sent.out()).isEqualTo("sent 3 messages\n");
    assertThat(server.taken())
        .extracting(Taken::status)
        .containsExactly("QUEUED", "WORKING", "SUCCESS");
    assertThat(command("publish", "--list").out()).isEqualTo("no status message waits\n");

    server.answer(Answer.NOT_FOUND);
    run(PLAIN, "--pubsub-topic=team");
    assertThat(command("publish", "--discard").out()).isEqualTo("dropped 3 messages\n");
    assertThat(folder.resolve("state/groundbuild/outbox")).isEmptyDirectory();
  }

  @Test
  void whatIsNoTopicIsRefusedBeforeTheBuildStarts() throws Exception {
    InProcess.Ended ended = run(PLAIN, "--pubsub-topic=no topic");
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err())
        .startsWith("groundbuild: --pubsub-topic: \"no topic\" is no topic: write projects/");
    assertThat(run(PLAIN, "--pubsub-topic=abc", "--no-publish").exit()).isEqualTo(2);
    env.put("GROUNDBUILD_PUBLISH", "on");
    assertThat(run("steps: [{name: busybox}]\noptions: {pubsubTopic: '?'}").err())
        .startsWith("groundbuild: options.pubsubTopic: \"?\" is no topic");
  }

  @Test
  void anEmulatorWhoseAddressIsNoneIsRefusedBeforeTheBuildStarts() throws Exception {
    env.put("PUBSUB_EMULATOR_HOST", "localhost");
    InProcess.Ended ended = run(PLAIN, "--project=p", "--pubsub-topic=team");
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err()).contains("PUBSUB_EMULATOR_HOST is \"localhost\"; it must be HOST:PORT");
    assertThat(run(PLAIN).exit()).isZero();
  }

  @Test
  void googleIsNotAskedForATopicOfAProjectThatIsNone() throws Exception {
    env.remove("PUBSUB_EMULATOR_HOST");
    InProcess.Ended ended = run(PLAIN, "--project=local-project", "--pubsub-topic=team");

    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err())
        .contains("it is not known to which project; name one with --project=ID");
  }

  private String topic(String config, String... options) throws IOException {
    InProcess.Ended ended = run(config, options);
    assertThat(ended.exit()).as(ended.err()).isZero();
    List<String> topics = server.taken().stream().map(Taken::topic).distinct().toList();
    assertThat(topics).hasSize(1);
    return topics.getFirst();
  }

  private InProcess.Ended run(String config, String... options) throws IOException {
    Files.writeString(folder.resolve("cloudbuild.yaml"), config);
    List<String> args = new ArrayList<>(List.of("run", "--engine=fake", "--no-source"));
    if (List.of(options).stream().noneMatch(option -> option.startsWith("--project="))) {
      args.add("--project=p");
    }
    args.addAll(List.of(options));
    return command(args.toArray(String[]::new));
  }

  private InProcess.Ended command(String... args) {
    return InProcess.run(List.of(args), "", env, folder);
  }
}
