package dev.groundbuild.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.TimeSpan;
import com.google.protobuf.Timestamp;
import org.junit.jupiter.api.Test;

class ExplainTextTest {
  @Test
  void whatAStepWaitsForAndHoldsIsNamedWithItsReason() {
    assertThat(explain(Plans.pipeline(), 3))
        .isEqualTo(
            """
            Step #3 - "run-tests"
              waits for   #1 build
              because     its waitFor is ['build']
              and through them for #0 build-builder
              held by     #0 build-builder > #1 build (the longest chain: 2 steps)
              holds       #4 deploy, which names it
            """);
  }

  @Test
  void aStepWithoutWaitForWaitsForAllBeforeIt() {
    Build build =
        Plans.of(Plans.step("a", "i", "-"), Plans.step("", "i", "-"), Plans.step("c", "i"));
    assertThat(explain(build, 2))
        .contains("waits for   #0 a, #1\n", "it has no waitFor, so it waits for all steps");
    assertThat(explain(build, 1))
        .contains("waits for   nothing\n", "its waitFor is ['-']: it starts with the build\n")
        .contains("holds       #2 c, which has no waitFor\n");
  }

  @Test
  void measuredTimesAreSharedAmongWhatWasWaitedFor() {
    Build build = timed(Plans.pipeline(), 100, 102, 102, 106, 102, 109, 106, 107, 110, 111);
    String text = explain(build, 4);
    assertThat(text)
        .contains(
            """
              waited      7.0 s for #3 run-tests
                          2.0 s more for #2 lint
                          1.0 s until it was started
            """)
        .contains("held by     #0 build-builder 2.0 s > #2 lint 7.0 s (the longest chain: 9.0 s)");
    assertThat(explain(build, 2)).contains("holds       #4 deploy, which names it; held it 2.0 s");
  }

  @Test
  void aStepThatDidNotRunWaitedForNothingKnown() {
    Build build = timed(Plans.pipeline(), 100, 102);
    assertThat(explain(build, 1)).contains("waited      it did not run");
    assertThat(explain(build, 0)).contains("waited      0.0 s until it was started");
  }

  /** Start and end of each step in seconds; the first starts with the steps. */
  private static Build timed(Build build, long... times) {
    Build.Builder timed = build.toBuilder();
    for (int i = 0; i < times.length / 2; i++) {
      timed
          .getStepsBuilder(i)
          .setTiming(
              TimeSpan.newBuilder()
                  .setStartTime(at(times[2 * i]))
                  .setEndTime(at(times[2 * i + 1])));
    }
    return timed.build();
  }

  private static Timestamp at(long seconds) {
    return Timestamp.newBuilder().setSeconds(seconds).build();
  }

  private static String explain(Build build, int step) {
    return String.join(
            "\n", new ExplainText(Plans.plan(build), build, StepTimes.of(build)).lines(step))
        + "\n";
  }
}
