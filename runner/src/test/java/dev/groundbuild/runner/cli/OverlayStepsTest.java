package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Variables between steps, retries, and steps that run however the build ended, on an engine. */
final class OverlayStepsTest {
  @RegisterExtension private final Desk desk = new Desk();

  @Test
  void variablesOutliveTheAttemptAtTheBuildInWhichTheyWereWritten() throws Exception {
    desk.config(
        """
        steps:
        - {id: a, name: busybox, script: 'echo "A=from $(cat f)" >> "${GROUNDBUILD_ENV:-/dev/null}"'}
        - {id: b, name: busybox, script: 'echo "b has $A"; [ -e again ] || { touch again; exit 3; }'}
        - {id: c, name: busybox, waitFor: [b], script: 'echo "c has $A"'}
        """);
    desk.file("f", "here");
    CliProcess.Ended failed = desk.run("run", "--keep-workspace");
    assertThat(failed.exit()).as(failed.err()).isEqualTo(1);
    assertThat(failed.out()).contains("b has from here").doesNotContain("c has");
    CliProcess.Ended resumed = desk.run("resume");
    assertThat(resumed.exit()).as(resumed.err() + resumed.out()).isZero();
    assertThat(resumed.out()).contains("b has from here", "c has from here");
    assertThat(resumed.out()).doesNotContain("Starting Step #0");
  }

  @Test
  void aStepIsRunAgainAndTheLastStepsRunAfterAFailure() throws Exception {
    desk.config(
        """
        steps:
        - id: flaky
          name: busybox
          script: 'echo x >> n; [ "$(wc -l < n)" -ge 3 ] || exit 75; echo "N=3" >> $GROUNDBUILD_ENV'
        - {id: broken, name: busybox, args: ['false']}
        """);
    desk.file(
        "groundbuild.yaml",
        """
        steps:
          flaky: {retries: {count: 3, exitCodes: [75], pause: 10ms}}
        finally:
        - {id: report, name: busybox, script: 'echo "$GROUNDBUILD_STATUS $GROUNDBUILD_FAILED_STEP $N"; touch seen'}
        - {name: busybox, args: ['false']}
        """);
    CliProcess.Ended run = desk.run("run", "--build-json=build.json", "--write-workspace=../out");
    assertThat(run.exit()).as(run.err()).isEqualTo(1);
    assertThat(run.out())
        .contains(
            "Step #0 - \"flaky\": attempt 1 of 4 failed: exit code 75",
            "Step #0 - \"flaky\": attempt 2 of 4 failed: exit code 75",
            "Finally #0 - \"report\": FAILURE broken 3")
        .endsWith("ERROR: build step 1 \"busybox\" failed: step exited with non-zero status: 1\n");
    assertThat(run.err()).contains("WARNING: finally step #1 failed", "SUCCESS, attempt 3");
    assertThat(desk.root().resolve("out/seen")).exists();
    Build build = desk.build();
    assertThat(build.getStepsCount()).isEqualTo(2);
    assertThat(build.getSteps(0).getStatus()).isEqualTo(Build.Status.SUCCESS);
    assertThat(desk.run("log", "--step=broken").out()).doesNotContain("FAILURE broken");
  }

  @Test
  void aCancelledBuildRunsItsLastStepsAndLeavesNothing() throws Exception {
    desk.config("steps: [{name: busybox, script: 'echo begun; sleep 1000'}]");
    desk.file(
        "groundbuild.yaml",
        "finally: [{name: busybox, script: 'echo \"it was $GROUNDBUILD_STATUS\"'}]\n");
    CliProcess run = desk.start("run", "--build-json=build.json");
    run.awaitOut("begun");
    run.signal("INT");
    CliProcess.Ended ended = run.await();
    assertThat(ended.exit()).as(ended.err()).isEqualTo(130);
    assertThat(ended.out()).contains("Finally #0: it was CANCELLED", "\nCANCELLED\n");
    assertThat(desk.build().getStatus()).isEqualTo(Build.Status.CANCELLED);
    assertThat(desk.left()).isEmpty();
    // What runs after the only step, whose lines have no prefix, is not taken for the step's.
    assertThat(desk.run("log", "--step=0").out()).contains("begun").doesNotContain("it was");
  }
}
