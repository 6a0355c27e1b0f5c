package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.runner.publish.FakePublisher;
import dev.groundbuild.runner.publish.FakePublisher.Answer;
import dev.groundbuild.runner.publish.FakePublisher.Taken;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Published builds as processes: killed, cancelled, and several at once. */
final class PublishProcessTest {
  private static final String SLEEPER =
      "steps: [{name: busybox, args: [sh, -c, 'echo begun; sleep 600']}]";
  private static final String QUICK = "steps: [{name: busybox, args: [echo, fine]}]";

  @RegisterExtension private final Desk desk = new Desk();

  @Test
  void aKilledRunLosesNoMessageAndTheNextOneSendsThemInOrder() throws Exception {
    try (FakePublisher server = FakePublisher.away()) {
      desk.config(SLEEPER);
      CliProcess killed = start(server, "run", "--project=p");
      killed.awaitOut("begun");
      killed.signal("KILL");
      assertThat(killed.await().exit()).isEqualTo(137);

      server.open();
      desk.config(QUICK);
      CliProcess.Ended next = start(server, "run", "--project=p").await();

      assertThat(next.exit()).as(next.err()).isZero();
      String own = next.out().split("\"", -1)[1];
      List<Taken> taken = server.taken();
      assertThat(taken)
          .filteredOn(message -> message.build().equals(own))
          .extracting(Taken::status)
          .containsExactly("QUEUED", "WORKING", "SUCCESS");
      assertThat(taken)
          .filteredOn(message -> !message.build().equals(own))
          .extracting(Taken::status)
          .containsExactly("QUEUED", "WORKING");
      assertThat(desk.root().resolve("state/groundbuild/outbox")).isEmptyDirectory();
    }
  }

  @Test
  void whatARunIsSendingIsNotSentByAnotherProcess() throws Exception {
    try (FakePublisher server = FakePublisher.start()) {
      server.answer(Answer.KEEP_SILENT);
      desk.config(SLEEPER);
      CliProcess run = start(server, "run", "--project=p");
      assertThat(server.await().status()).isEqualTo("QUEUED");
      run.awaitOut("begun");
      server.answer(Answer.TAKE);

      CliProcess.Ended other = start(server, "publish").await();

      assertThat(other.out()).isEqualTo("sent 0 messages\n");
      assertThat(other.err()).contains("2 messages still wait");
      assertThat(server.taken()).isEmpty();
      run.signal("KILL");
      run.await();
      assertThat(start(server, "publish").await().out()).isEqualTo("sent 2 messages\n");
      assertThat(server.taken()).extracting(Taken::status).containsExactly("QUEUED", "WORKING");
      assertThat(desk.run("clean").exit()).isZero();
    }
  }

  @Test
  void aCancelledBuildIsPublishedAsSuch() throws Exception {
    try (FakePublisher server = FakePublisher.start()) {
      desk.config(SLEEPER);
      CliProcess run = start(server, "run", "--project=p");
      run.awaitOut("begun");
      run.signal("INT");

      assertThat(run.await().exit()).isEqualTo(130);
      assertThat(server.taken())
          .extracting(Taken::status)
          .containsExactly("QUEUED", "WORKING", "CANCELLED");
    }
  }

  @Test
  void aBuildThatIsResumedWorksOnceMoreUnderItsId() throws Exception {
    try (FakePublisher server = FakePublisher.start()) {
      desk.config(
          """
          steps: [{name: busybox, script: 'exit 3'}]
          options: {pubsubTopic: team}
          """);
      CliProcess.Ended failed = start(server, "run", "--project=p", "--keep-workspace").await();
      assertThat(failed.exit()).as(failed.err()).isEqualTo(1);
      CliProcess.Ended again = start(server, "resume", "--keep-workspace=never").await();
      assertThat(again.exit()).as(again.err()).isEqualTo(1);

      List<Taken> taken = server.taken();
      assertThat(taken)
          .extracting(Taken::status)
          .containsExactly("QUEUED", "WORKING", "FAILURE", "WORKING", "FAILURE");
      assertThat(taken).extracting(Taken::build).containsOnly(taken.getFirst().build());
      assertThat(taken).extracting(Taken::topic).containsOnly("projects/p/topics/team");
    }
  }

  @Test
  void whileTheLastMessageIsWaitedForCtrlCEndsTheWaitAndTheMessageIsKept() throws Exception {
    try (FakePublisher server = FakePublisher.start()) {
      server.answer(Answer.KEEP_SILENT);
      desk.config(QUICK);
      CliProcess run = start(server, "run", "--project=p", "--publish-wait=10m");
      run.awaitErr("to take the build's status, for up to 598 s");
      run.signal("INT");

      assertThat(run.await().exit()).isEqualTo(130);
      assertThat(desk.run("publish", "--list").out().lines()).hasSize(3);
    }
  }

  private CliProcess start(FakePublisher server, String... args) throws Exception {
    CliProcess process =
        desk.startWith(
            Map.of("GROUNDBUILD_PUBLISH", "on", "PUBSUB_EMULATOR_HOST", server.host()), args);
    process.closeIn();
    return process;
  }
}
