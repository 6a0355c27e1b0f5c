package dev.groundbuild.runner;

import static dev.groundbuild.runner.FakeRuns.build;
import static dev.groundbuild.runner.FakeRuns.step;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import com.google.protobuf.util.Durations;
import dev.groundbuild.runner.BuildEvent.StepEnded;
import dev.groundbuild.runner.BuildEvent.StepRetried;
import dev.groundbuild.runner.Intervention.Decision;
import dev.groundbuild.steps.StepSpec;
import dev.groundbuild.steps.engine.EngineException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Steps that are run again when they fail. */
@Timeout(60)
final class StepRetriesTest {
  private static final StepRetries ON_75 =
      new StepRetries(2, false, Set.of(75), Duration.ofMillis(1));
  private static final StepRetries ON_FAULTS =
      new StepRetries(2, true, Set.of(), Duration.ofMillis(1));

  private final FakeRuns runs = new FakeRuns();

  @Test
  void aStepIsRunAgainAfterAListedExitCodeAndSaysWhichAttemptFailedAndWhy() {
    BuildOutcome outcome = run(build(step("a", "EXIT_CODES=75 75", "OUTPUT=x\n")), ON_75);
    assertThat(outcome.status()).isEqualTo(Build.Status.SUCCESS);
    assertThat(runs.lines())
        .containsExactly(
            "0 x",
            "0! attempt 1 of 3 failed: exit code 75; the step is run again in 0.001s",
            "0 x",
            "0! attempt 2 of 3 failed: exit code 75; the step is run again in 0.002s",
            "0 x");
    assertThat(runs.events(StepRetried.class))
        .extracting(
            e -> e.attempt() + "/" + e.most() + " " + e.reason() + " " + e.pause().toMillis())
        .containsExactly("1/3 exit code 75 1", "2/3 exit code 75 2");
    assertThat(runs.events(StepEnded.class)).extracting(StepEnded::attempts).containsExactly(3);
  }

  @Test
  void theRecordsTimingSpansAllAttempts() {
    BuildOutcome outcome = run(build(step("a", "EXIT_CODES=75")), ON_75);
    Instant started = runs.events(BuildEvent.StepStarted.class).getFirst().at();
    Instant again = runs.events(StepRetried.class).getFirst().at();
    StepEnded ended = runs.events(StepEnded.class).getFirst();
    assertThat(ended.outcome().timing().start()).isBetween(started, again);
    assertThat(ended.outcome().timing().end()).isAfter(again);
    assertThat(ended.took()).isGreaterThanOrEqualTo(Duration.between(started, again));
    assertThat(outcome.build().getSteps(0).getPullTiming().getEndTime().getSeconds()).isPositive();
  }

  @Test
  void theLastAttemptDecides() {
    BuildOutcome outcome = run(build(step("a", "EXIT_CODE=75")), ON_75);
    assertThat(outcome.status()).isEqualTo(Build.Status.FAILURE);
    assertThat(outcome.build().getSteps(0).getExitCode()).isEqualTo(75);
    assertThat(runs.events(StepRetried.class)).hasSize(2);
  }

  @Test
  void anExitCodeThatIsNotListedIsNotRunAgain() {
    assertThat(run(build(step("a", "EXIT_CODES=75 3")), ON_75).build().getSteps(0).getExitCode())
        .isEqualTo(3);
    assertThat(run(build(step("a", "EXIT_CODES=75")), ON_FAULTS, "another").status())
        .isEqualTo(Build.Status.FAILURE);
  }

  @Test
  void aStepThatRunsOutOfItsTimeIsNotRunAgain() {
    BuildOutcome outcome =
        run(
            build(step("a", "SLEEP=100").setTimeout(Durations.fromMillis(50))),
            new StepRetries(2, true, Set.of(143), Duration.ZERO));
    assertThat(outcome.status()).isEqualTo(Build.Status.FAILURE);
    assertThat(runs.events(StepRetried.class)).isEmpty();
  }

  @Test
  void aStepIsRunAgainAfterAFaultOfTheEngineOnlyIfThatIsWanted() {
    BuildOutcome outcome = run(build(step("a", "FAULTS=2")), ON_FAULTS);
    assertThat(outcome.status()).isEqualTo(Build.Status.SUCCESS);
    assertThat(runs.lines()).hasSize(2).allMatch(l -> l.contains("failed: starting container"));
    assertThat(run(build(step("a", "FAULTS=1").setName("busybox:2")), ON_75, "b").status())
        .isEqualTo(Build.Status.INTERNAL_ERROR);
  }

  @Test
  void faultsThatDoNotEndFailTheBuild() {
    BuildOutcome outcome = run(build(step("a", "FAULTS=9")), ON_FAULTS);
    assertThat(outcome.status()).isEqualTo(Build.Status.INTERNAL_ERROR);
    assertThat(runs.events(StepEnded.class)).extracting(StepEnded::attempts).containsExactly(3);
  }

  @Test
  void aStepThatHasSucceededIsNotRunAgainBecauseOfWhatIsDoneWithItAfterwards() {
    Companions committing =
        _ ->
            new Companions.Present() {
              @Override
              public void stepSucceeded(StepSpec step, String container) {
                throw new EngineException(EngineException.Kind.FAILED, "no image", null);
              }

              @Override
              public void leave(boolean succeeded, Consumer<String> say) {}
            };
    Build build = build(step("a", "OUTPUT=x\n"));
    BuildOutcome outcome =
        runs.run(
            FakeRuns.request(build, FakeRuns.plan(build).retrying(Map.of(0, ON_FAULTS)))
                .withSurroundings(Surroundings.NONE.withCompanions(committing)),
            Intervention.NONE);
    assertThat(outcome.status()).isEqualTo(Build.Status.INTERNAL_ERROR);
    assertThat(outcome.detail()).contains("no image");
    assertThat(runs.lines()).containsExactly("0 x");
    assertThat(runs.events(StepRetried.class)).isEmpty();
  }

  @Test
  void anImageThatCanNotBeHadIsAskedForAgain() {
    Build build = build(step("a").setName("missing/image"));
    assertThat(run(build, ON_FAULTS).status()).isEqualTo(Build.Status.FAILURE);
    assertThat(runs.events(StepRetried.class)).hasSize(2);
  }

  @Test
  void aCancelledBuildTriesNothingAgain() {
    Thread builder = Thread.currentThread();
    runs.listener =
        event -> {
          if (event instanceof StepRetried) {
            builder.interrupt();
          }
        };
    BuildOutcome outcome =
        run(
            build(step("a", "EXIT_CODE=75")),
            new StepRetries(9, false, Set.of(75), Duration.ofHours(1)));
    assertThat(outcome.status()).isEqualTo(Build.Status.CANCELLED);
    assertThat(outcome.build().getSteps(0).getStatus()).isEqualTo(Build.Status.CANCELLED);
    assertThat(runs.events(StepRetried.class)).hasSize(1);
  }

  @Test
  void aBuildWhoseTimeIsOverWaitsForNoOtherAttempt() {
    BuildOutcome outcome =
        run(
            build(step("a", "EXIT_CODE=75")).toBuilder()
                .setTimeout(Durations.fromMillis(300))
                .build(),
            new StepRetries(9, false, Set.of(75), Duration.ofHours(1)));
    assertThat(outcome.status()).isEqualTo(Build.Status.TIMEOUT);
  }

  @Test
  void whoLooksAtAStepIsAskedAfterTheLastAttemptOnlyAndThenItBeginsAnew() {
    Deque<Decision> decisions = new ArrayDeque<>(List.of(Decision.RETRY, Decision.LEAVE));
    List<Integer> asked = new ArrayList<>();
    Build build = build(step("a", "EXIT_CODE=75"));
    runs.run(
        FakeRuns.request(build, FakeRuns.plan(build).retrying(Map.of(0, ON_75))),
        new Intervention() {
          @Override
          public boolean wants(Ended ended) {
            return true;
          }

          @Override
          public Decision decide(Ended ended) {
            asked.add(runs.lines().size());
            return decisions.remove();
          }
        });
    assertThat(asked).containsExactly(2, 4);
    assertThat(runs.events(StepEnded.class)).extracting(StepEnded::attempts).containsExactly(6);
  }

  @Test
  void eachPauseIsTwiceAsLongAsTheOneBeforeUpToFiveMinutes() {
    StepRetries retries = new StepRetries(10, true, Set.of(), Duration.ofSeconds(10));
    assertThat(List.of(1, 2, 3, 6, 10))
        .extracting(a -> retries.pauseAfter(a).toSeconds())
        .containsExactly(10L, 20L, 40L, 300L, 300L);
    assertThat(new StepRetries(2, true, Set.of(), Duration.ofHours(1)).pauseAfter(2))
        .isEqualTo(Duration.ofHours(1));
  }

  private BuildOutcome run(Build build, StepRetries retries) {
    return run(build, retries, "00000000-test");
  }

  private BuildOutcome run(Build build, StepRetries retries, String id) {
    Build named = build.toBuilder().setId(id).build();
    return runs.run(named, FakeRuns.plan(named).retrying(Map.of(0, retries)));
  }
}
