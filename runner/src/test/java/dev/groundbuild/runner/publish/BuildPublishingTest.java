package dev.groundbuild.runner.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import dev.groundbuild.runner.BuildEvent;
import dev.groundbuild.runner.BuildOutcome;
import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.publish.FakePublisher.Answer;
import dev.groundbuild.runner.publish.FakePublisher.Taken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A build's messages, to a server on loopback that speaks Pub/Sub's protocol. */
final class BuildPublishingTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final Duration LONG = Duration.ofHours(1);

  @TempDir private Path state;
  private final List<String> said = new ArrayList<>();
  private final List<String> waits = new ArrayList<>();

  /** Loading the client can't be interrupted, and takes longer than some deadlines here. */
  @BeforeAll
  static void load() throws PublishException {
    PubsubClient.open(Destination.of(Map.of("PUBSUB_EMULATOR_HOST", "127.0.0.1:1"))).close();
  }

  @Test
  void eachChangeOfTheStatusIsOneMessageOnTheTopicInOrder() throws Exception {
    try (FakePublisher server = FakePublisher.start()) {
      run("build-1", publishing(server, LONG, "build-1", false));

      List<Taken> taken = server.taken();
      assertThat(taken).extracting(Taken::status).containsExactly("QUEUED", "WORKING", "SUCCESS");
      assertThat(taken).extracting(Taken::topic).containsOnly("projects/p/topics/builds");
      Taken last = taken.getLast();
      assertThat(last.message().getAttributesMap())
          .containsOnly(Map.entry("buildId", "build-1"), Map.entry("status", "SUCCESS"));
      assertThat(last.message().getOrderingKey()).isEqualTo("build-1");
      assertThat(last.data())
          .startsWith("{\"id\":\"build-1\",\"projectId\":\"p\",\"status\":\"SUCCESS\",\"steps\":[")
          .contains("\"options\":{}", "\"finishTime\":\"2026-11-21T10:00:00Z\"");
    }
    assertThat(said).isEmpty();
    assertThat(kept()).isEmpty();
  }

  @Test
  void aBuildThatIsTakenUpAgainIsNotQueuedAgain() throws Exception {
    try (FakePublisher server = FakePublisher.start()) {
      run("build-1", publishing(server, LONG, "build-1", true));

      assertThat(server.taken()).extracting(Taken::status).containsExactly("WORKING", "SUCCESS");
    }
  }

  @Test
  void aServerThatComesBackDuringTheBuildGetsAllInOrder() throws Exception {
    try (FakePublisher server = FakePublisher.away()) {
      BuildPublishing publishing = publishing(server, LONG, "build-1", false);
      begin("build-1", publishing);
      assertThat(kept()).contains("build-1.000001.QUEUED.json", "build-1.000002.WORKING.json");
      server.open();
      assertThat(server.await().status()).isEqualTo("QUEUED");
      assertThat(server.await().status()).isEqualTo("WORKING");
      server.answer(Answer.UNAVAILABLE);
      end("build-1", publishing);
      server.answer(Answer.TAKE);
      publishing.close();

      assertThat(server.taken()).extracting(Taken::status).containsExactly("SUCCESS");
    }
    assertThat(kept()).isEmpty();
  }

  @Test
  void whatAServerWasNotThereToTakeGoesOutWithTheNextBuild() throws Exception {
    try (FakePublisher server = FakePublisher.away()) {
      run("build-1", publishing(server, Duration.ofMillis(2500), "build-1", false));
      assertThat(waits)
          .containsExactly(
              "waiting for the Pub/Sub emulator at "
                  + server.host()
                  + " to take the build's status, for up to 1 s (Ctrl-C: it goes out with the next run)");
      assertThat(said.getFirst())
          .startsWith(
              "warning: the build's status (QUEUED, WORKING, SUCCESS) is not published: the Pub/Sub emulator at "
                  + server.host()
                  + " can't be reached (");
      assertThat(said.get(1)).startsWith("it is kept, and goes out with the next run");
      assertThat(kept())
          .containsExactly(
              "build-1.000001.QUEUED.json",
              "build-1.000002.WORKING.json",
              "build-1.000003.SUCCESS.json",
              "build-1.lock");
      said.clear();

      server.open();
      run("build-2", publishing(server, LONG, "build-2", false));

      List<Taken> taken = server.taken();
      for (String build : List.of("build-1", "build-2")) {
        assertThat(taken)
            .filteredOn(message -> message.build().equals(build))
            .extracting(Taken::status)
            .containsExactly("QUEUED", "WORKING", "SUCCESS");
      }
      assertThat(taken).hasSize(6);
    }
    assertThat(said).isEmpty();
    assertThat(kept()).isEmpty();
  }

  @Test
  void whatIsLeftOfABuildGoesBeforeWhatItDoesWhenItIsTakenUpAgain() throws Exception {
    try (FakePublisher server = FakePublisher.away()) {
      run("build-1", publishing(server, Duration.ZERO, "build-1", false));
      server.open();
      run("build-1", publishing(server, LONG, "build-1", true));

      assertThat(server.taken())
          .extracting(Taken::status)
          .containsExactly("QUEUED", "WORKING", "SUCCESS", "WORKING", "SUCCESS");
    }
    assertThat(kept()).isEmpty();
  }

  @Test
  void aServerThatDoesNotAnswerDelaysNothingButTheEndAndThatNoLongerThanTheDeadline()
      throws Exception {
    try (FakePublisher server = FakePublisher.start()) {
      server.answer(Answer.KEEP_SILENT);
      BuildPublishing publishing = publishing(server, Duration.ofMillis(100), "build-1", false);
      begin("build-1", publishing);
      assertThat(server.await().status()).isEqualTo("QUEUED");
      end("build-1", publishing); // with the answer to the first still to come
      publishing.close();

      assertThat(server.taken()).isEmpty();
    }
    assertThat(said.get(0))
        .contains("(QUEUED, WORKING, SUCCESS) is not published")
        .endsWith("has not answered in time");
    assertThat(kept()).hasSize(4);
  }

  @Test
  void aTopicThatIsNotThereIsNamedWithTheCommandThatMakesItAndNothingWaits() throws Exception {
    try (FakePublisher server = FakePublisher.start()) {
      server.answer(Answer.NOT_FOUND);
      run("build-1", publishing(server, LONG, "build-1", false));

      assertThat(said.getFirst())
          .isEqualTo(
              "warning: the build's status (QUEUED, WORKING, SUCCESS) is not published: the topic"
                  + " projects/p/topics/builds does not exist in the Pub/Sub emulator at "
                  + server.host()
                  + "; make it: groundbuild pubsub topics create projects/p/topics/builds");
    }
  }

  @Test
  void aTopicThatIsMadeWhileTheBuildRunsGetsAll() throws Exception {
    try (FakePublisher server = FakePublisher.start()) {
      server.answer(Answer.NOT_FOUND);
      BuildPublishing publishing = publishing(server, LONG, "build-1", false);
      begin("build-1", publishing);
      server.answer(Answer.TAKE);
      end("build-1", publishing);
      publishing.close();

      assertThat(server.taken())
          .extracting(Taken::status)
          .containsExactly("QUEUED", "WORKING", "SUCCESS");
    }
    assertThat(said).isEmpty();
  }

  @Test
  void messagesThatARefusalKeepsDoNotHoldUpTheNextBuild() throws Exception {
    try (FakePublisher server = FakePublisher.start()) {
      server.answer(Answer.PERMISSION_DENIED);
      run("build-1", publishing(server, LONG, "build-1", false));
      assertThat(said.getFirst()).contains("may not publish to the topic projects/p/topics/builds");
      said.clear();
      server.answer(Answer.TAKE);
      Optional<Outbox.Lock> other = outbox().lock("build-1"); // another process sends them
      run("build-2", publishing(server, LONG, "build-2", false));

      assertThat(server.taken()).extracting(Taken::build).containsOnly("build-2");
      other.orElseThrow().close();
      assertThat(pending().send(destination(server), LONG).sent()).isEqualTo(3);
      assertThat(server.taken()).extracting(Taken::build).containsOnly("build-1");
    }
    assertThat(kept()).isEmpty();
  }

  @Test
  void whatWasMeantForAnEmulatorNeverGoesToGoogle() throws Exception {
    try (FakePublisher server = FakePublisher.away()) {
      run("build-1", publishing(server, Duration.ZERO, "build-1", false));
    }
    PendingMessages.Sent sent = pending().send(Destination.of(Map.of()), LONG);

    assertThat(sent.sent()).isZero();
    assertThat(sent.left()).isEqualTo(3);
    assertThat(sent.problems()).isEmpty();
    int dropped = 0;
    while (dropped == 0) {
      // The build's sender, whose time was over at once, may still have them.
      Thread.onSpinWait();
      dropped = pending().discard();
    }
    assertThat(dropped).isEqualTo(3);
    assertThat(kept()).isEmpty();
  }

  @Test
  void whatKilledProcessesLeaveBesideMessagesIsRemoved() throws Exception {
    Path outbox = Files.createDirectory(state.resolve("outbox"));
    Files.createFile(outbox.resolve("dead.lock"));
    Path half = Files.createFile(outbox.resolve(".groundbuild-x.tmp"));
    Files.setLastModifiedTime(half, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    Path young = Files.createFile(outbox.resolve(".groundbuild-y.tmp"));
    Optional<Outbox.Lock> living = outbox().lock("living");
    try (FakePublisher server = FakePublisher.start()) {
      run("build-1", publishing(server, LONG, "build-1", false));
    }
    assertThat(kept()).containsExactly(young.getFileName().toString(), "living.lock");
    living.orElseThrow().close();
    assertThat(kept()).containsExactly(young.getFileName().toString());
  }

  @Test
  void aLockIsHadByOneAtATime() throws Exception {
    try (Outbox.Lock _ = outbox().lock("build-1").orElseThrow()) {
      assertThat(outbox().lock("build-1")).isEmpty();
      outbox().lock("build-2").orElseThrow().close();
    }
    outbox().lock("build-1").orElseThrow().close();
    assertThat(kept()).isEmpty();
  }

  @Test
  void aFullDiskKeepsNothingButWhatCanBeSentIsSent() throws Exception {
    Files.createFile(state.resolve("outbox")); // no folder can be made in its place
    try (FakePublisher server = FakePublisher.start()) {
      run("build-1", publishing(server, LONG, "build-1", false));

      assertThat(server.taken())
          .extracting(Taken::status)
          .containsExactly("QUEUED", "WORKING", "SUCCESS");
      server.answer(Answer.NOT_FOUND);
      said.clear();
      run("build-2", publishing(server, LONG, "build-2", false));
    }
    assertThat(said.getLast())
        .startsWith("warning: they can't be kept in " + state.resolve("outbox"));
  }

  @Test
  void messagesAreReadableByTheirOwnerOnly() throws Exception {
    try (FakePublisher server = FakePublisher.away()) {
      run("build-1", publishing(server, Duration.ZERO, "build-1", false));
    }
    try (Stream<Path> files = Files.walk(state.resolve("outbox"))) {
      assertThat(files)
          .allSatisfy(file ->
              assertThat(Files.getPosixFilePermissions(file))
                  .noneMatch(p -> p.name().matches("(GROUP|OTHERS).*")));
    }
  }

  @Test
  void anAddressThatIsNoHostAndPortIsRefusedBeforeAnythingIsSent() {
    for (String host : List.of("localhost", "localhost:", "host:85x", ":8085", "a:0", "a:70000")) {
      assertThatThrownBy(() -> Destination.of(Map.of("PUBSUB_EMULATOR_HOST", host)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("must be HOST:PORT");
    }
    assertThat(Destination.of(Map.of("PUBSUB_EMULATOR_HOST", "http://[::1]:8085/")).emulator())
        .contains("[::1]:8085");
  }

  private PendingMessages pending() {
    return new PendingMessages(outbox(), InstantSource.system());
  }

  private Outbox outbox() {
    return Outbox.in(state, InstantSource.system());
  }

  private static Destination destination(FakePublisher server) {
    return Destination.of(Map.of("PUBSUB_EMULATOR_HOST", "http://" + server.host() + "/"));
  }

  private BuildPublishing publishing(
      FakePublisher server, Duration deadline, String id, boolean again) {
    return new BuildPublishing(
        new BuildPublishing.Settings(Topic.parse("builds", "p"), destination(server), deadline),
        outbox(),
        queued(id),
        again,
        line -> (line.startsWith("waiting for ") ? waits : said).add(line));
  }

  private static void run(String id, BuildPublishing publishing) {
    begin(id, publishing);
    end(id, publishing);
    publishing.close();
  }

  private static void begin(String id, BuildPublishing publishing) {
    Build queued = queued(id);
    publishing.on(new BuildEvent.Queued(NOW, queued, BuildPlan.of(queued, new TreeMap<>())));
    publishing.on(new BuildEvent.Started(NOW));
  }

  private static void end(String id, BuildPublishing publishing) {
    Build ended = queued(id).toBuilder().setStatus(Build.Status.SUCCESS).build();
    publishing.on(new BuildEvent.Ended(NOW, new BuildOutcome(ended, Map.of(), "")));
  }

  private static Build queued(String id) {
    return Build.newBuilder()
        .setId(id)
        .setProjectId("p")
        .setStatus(Build.Status.QUEUED)
        .addSteps(BuildStep.newBuilder().setName("busybox"))
        .build();
  }

  private List<String> kept() throws IOException {
    Path outbox = state.resolve("outbox");
    if (!Files.exists(outbox)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(outbox)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
