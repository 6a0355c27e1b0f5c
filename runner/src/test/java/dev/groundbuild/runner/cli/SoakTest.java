package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The same faults at moments that nobody chose, and builds that take long; run by dev/soak. A round
 * that fails names its seed.
 */
@Tag("soak")
final class SoakTest {
  private static final String CONFIG =
      """
      steps:
      - {name: busybox, script: 'echo a; sleep 0.2', waitFor: ['-']}
      - {name: busybox, script: 'echo b; sleep 0.2', waitFor: ['-']}
      - {name: gcr.io/cloud-builders/docker, args: [run, --rm, --network=cloudbuild, busybox, 'true']}
      - {name: busybox, script: 'echo c'}
      """;
  private static final int LATEST_MILLIS = 4_000;

  @RegisterExtension private final Desk desk = new Desk();

  @Test
  void runsThatAreKilledAtAnyMomentAreCleared() throws Exception {
    desk.config(CONFIG);
    for (int seed = 0; seed < rounds(); seed++) {
      CliProcess run = desk.start("run");
      after(seed);
      run.signal("KILL");
      run.await();
      CliProcess.Ended clean = desk.run("clean");
      assertThat(clean.exit()).as("seed " + seed + ": " + clean.err()).isZero();
      assertThat(desk.left()).as("seed " + seed).isEmpty();
      assertThat(desk.temporary()).as("seed " + seed).isEmpty();
    }
  }

  @Test
  void runsThatAreCancelledAtAnyMomentClearThemselves() throws Exception {
    desk.config(CONFIG);
    for (int seed = 0; seed < rounds(); seed++) {
      CliProcess run = desk.start("run");
      after(seed);
      run.signal("INT");
      CliProcess.Ended ended = run.await();
      assertThat(ended.exit()).as("seed " + seed + ": " + ended.err()).isIn(130, 0);
      assertThat(desk.left()).as("seed " + seed).isEmpty();
    }
  }

  @Test
  void connectionsThatBreakAtAnyMomentLeaveNothingAfterTheNextRun() throws Exception {
    desk.config(CONFIG);
    for (int seed = 0; seed < rounds(); seed++) {
      try (CutSocket engine = new CutSocket(desk.root().resolve("engine.sock"))) {
        CliProcess run = desk.startWith(Map.of("DOCKER_HOST", engine.address()), "run");
        after(seed);
        engine.cut();
        engine.mend();
        CliProcess.Ended ended = run.await();
        assertThat(ended.exit()).as("seed " + seed + ": " + ended.err()).isIn(0, 3);
        assertThat(ended.err()).as("seed " + seed).doesNotContain("internal error");
        assertThat(desk.run("clean").exit()).isZero();
        assertThat(desk.left()).as("seed " + seed).isEmpty();
      }
    }
  }

  @Test
  void threeHundredStepsRunOneAfterAnother() throws Exception {
    desk.config("steps:\n" + "- {name: busybox, args: [echo, x]}\n".repeat(300));
    CliProcess.Ended ended = desk.start("run").await(Duration.ofMinutes(9));
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out().lines().filter(l -> l.startsWith("Finished Step #"))).hasSize(300);
  }

  private static int rounds() {
    return Integer.getInteger("groundbuild.soak.rounds", 15);
  }

  /** Another moment in each round: the point of this test is time. */
  private static void after(int seed) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(new Random(seed).nextInt(LATEST_MILLIS));
  }
}
