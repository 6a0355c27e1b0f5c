package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A user who changes their mind. */
final class CancelTest {
  /** A loaded machine removes three containers, a network and volumes in this time. */
  private static final Duration SOON = Duration.ofSeconds(20);

  private static final String SLEEPERS =
      """
      steps:
      - {id: a, name: busybox, waitFor: ['-'], script: &sleep 'trap "" TERM INT HUP; echo begun; while true; do sleep 1; done'}
      - {id: b, name: busybox, waitFor: ['-'], script: *sleep}
      - {id: c, name: busybox, waitFor: ['-'], script: *sleep}
      - {id: never, name: busybox, script: 'echo never'}
      """;

  @RegisterExtension private final Desk desk = new Desk();

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void aSignalEndsStepsThatIgnoreSignals(String signal) throws Exception {
    desk.config(SLEEPERS);
    CliProcess run = desk.start("run", "--build-json=build.json");
    run.awaitOut("Step #0 - \"a\": begun");
    run.awaitOut("Step #1 - \"b\": begun");
    run.awaitOut("Step #2 - \"c\": begun");

    run.signal(signal);
    CliProcess.Ended ended = run.await();

    assertThat(ended.exit()).isEqualTo(130);
    assertThat(ended.took()).isLessThan(SOON);
    assertThat(ended.out()).contains("CANCELLED").doesNotContain("never");
    assertThat(ended.err()).contains("cancelling the build", "Build CANCELLED");
    assertThat(desk.left()).isEmpty();
    Build build = desk.build();
    assertThat(build.getStatus()).isEqualTo(Build.Status.CANCELLED);
    assertThat(build.getStepsList().stream().map(s -> s.getStatus()))
        .containsExactly(
            Build.Status.CANCELLED,
            Build.Status.CANCELLED,
            Build.Status.CANCELLED,
            Build.Status.QUEUED);
    assertThat(desk.run("log").out()).isEqualTo(ended.out());
  }

  @Test
  void aSignalEndsTheCopyingOfTheSource() throws Exception {
    desk.config("steps: [{name: busybox, args: ['echo', 'never']}]");
    bigFile(400);
    CliProcess run = desk.start("run", "--build-json=build.json");
    run.awaitOut("FETCHSOURCE");

    run.signal("INT");
    CliProcess.Ended ended = run.await();

    assertThat(ended.exit()).isEqualTo(130);
    assertThat(ended.took()).isLessThan(SOON);
    assertThat(desk.left()).isEmpty();
    assertThat(ended.out()).doesNotContain("never");
    assertThat(desk.build().getStatus()).isEqualTo(Build.Status.CANCELLED);
  }

  @Test
  void aSignalEndsTheWritingOfTheWorkspace() throws Exception {
    desk.config("steps: [{name: busybox, script: 'head -c 700000000 /dev/zero > big'}]");
    CliProcess run = desk.start("run", "--write-workspace=../out", "--build-json=build.json");
    Path big = desk.root().resolve("out/big");
    while (!Files.exists(big)) {
      assertThat(run.alive()).as(run.said()).isTrue();
      Thread.onSpinWait();
    }
    run.signal("INT");
    CliProcess.Ended ended = run.await();
    assertThat(ended.exit()).as(ended.err()).isEqualTo(130);
    assertThat(ended.err()).doesNotContain("internal error");
    assertThat(desk.left()).isEmpty();
    assertThat(desk.build().getStatus()).isEqualTo(Build.Status.CANCELLED);
  }

  @Test
  void aSecondSignalEndsAtOnceAndTheNextRunClears() throws Exception {
    desk.config(SLEEPERS);
    CliProcess run = desk.start("run");
    run.awaitOut("begun");
    run.signal("INT");
    run.awaitErr("cancelling the build");
    run.signal("INT");
    CliProcess.Ended ended = run.await();
    assertThat(ended.exit()).isEqualTo(130);
    assertThat(ended.err()).contains("ended; the next run, or groundbuild clean");
    assertThat(ended.took()).isLessThan(Duration.ofSeconds(5));

    assertThat(desk.run("clean").exit()).isZero();
    assertThat(desk.left()).isEmpty();
  }

  /** Bytes that take the engine a while, with little of the disk: zeros in a sparse file. */
  private void bigFile(int megabytes) throws IOException {
    byte[] block = new byte[1 << 20];
    try (OutputStream out = Files.newOutputStream(desk.source().resolve("big"))) {
      for (int i = 0; i < megabytes; i++) {
        out.write(block);
      }
    }
  }
}
