package dev.groundbuild.runner;

import static dev.groundbuild.runner.FakeRuns.build;
import static dev.groundbuild.runner.FakeRuns.specs;
import static dev.groundbuild.runner.FakeRuns.step;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import com.google.cloudbuild.v1.Volume;
import com.google.protobuf.util.Durations;
import dev.groundbuild.runner.BuildEvent.FinallyEnded;
import dev.groundbuild.runner.BuildEvent.FinallyStarted;
import dev.groundbuild.runner.BuildEvent.StepStarted;
import dev.groundbuild.steps.StepOutcome;
import dev.groundbuild.steps.StepSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Steps that run however the build ended. */
@Timeout(60)
final class FinallyTest {
  private static final String SHOW = "PRINT=GROUNDBUILD_STATUS GROUNDBUILD_FAILED_STEP";

  private final FakeRuns runs = new FakeRuns();

  @Test
  void theyRunAfterASuccessInTheirOrderAndAreNoStepsOfTheBuild() {
    Build build = build(step("a", "VARIABLES=A=1\n"));
    BuildOutcome outcome =
        run(build, step("report", "PRINT=A GROUNDBUILD_STATUS"), step("", "OUTPUT=last\n"));
    assertThat(outcome.status()).isEqualTo(Build.Status.SUCCESS);
    assertThat(outcome.build().getStepsCount()).isEqualTo(1);
    assertThat(outcome.build().getResults().getBuildStepImagesCount()).isEqualTo(1);
    assertThat(runs.lines()).containsExactly("1 A=1", "1 GROUNDBUILD_STATUS=SUCCESS", "2 last");
    assertThat(runs.events(FinallyStarted.class))
        .extracting(e -> e.step().label())
        .containsExactly("Finally #0 - \"report\"", "Finally #1");
  }

  @Test
  void afterAFailureTheyKnowWhichStepItWas() {
    BuildOutcome outcome =
        run(build(step("a"), step("b", "EXIT_CODE=7"), step("never")), step("f", SHOW));
    assertThat(outcome.status()).isEqualTo(Build.Status.FAILURE);
    assertThat(outcome.detail()).startsWith("build step 1 ");
    assertThat(runs.lines())
        .containsExactly("3 GROUNDBUILD_STATUS=FAILURE", "3 GROUNDBUILD_FAILED_STEP=b");
  }

  @Test
  void afterATimeoutTheyHaveTimeOfTheirOwn() {
    Build build =
        build(step("a", "SLEEP=100")).toBuilder().setTimeout(Durations.fromMillis(300)).build();
    BuildOutcome outcome = run(build, step("f", SHOW, "SLEEP=0.5"));
    assertThat(outcome.status()).isEqualTo(Build.Status.TIMEOUT);
    assertThat(runs.lines())
        .containsExactly("1 GROUNDBUILD_STATUS=TIMEOUT", "1 GROUNDBUILD_FAILED_STEP=");
    assertThat(lastOutcomes()).allMatch(o -> o instanceof StepOutcome.Exited);
  }

  @Test
  void afterACancelTheyRunAllTheSame() {
    interruptAt(StepStarted.class);
    BuildOutcome outcome = run(build(step("a", "SLEEP=100")), step("f", SHOW));
    assertThat(outcome.status()).isEqualTo(Build.Status.CANCELLED);
    assertThat(runs.lines())
        .containsExactly("1 GROUNDBUILD_STATUS=CANCELLED", "1 GROUNDBUILD_FAILED_STEP=");
  }

  @Test
  void aFaultOfTheEngineIsToldThem() {
    BuildOutcome outcome = run(build(step("a", "FAULTS=1")), step("f", SHOW));
    assertThat(outcome.status()).isEqualTo(Build.Status.INTERNAL_ERROR);
    assertThat(runs.lines())
        .containsExactly("1 GROUNDBUILD_STATUS=INTERNAL_ERROR", "1 GROUNDBUILD_FAILED_STEP=a");
  }

  @Test
  void aFailureOfOneFailsABuildThatHadSucceededAndTheOthersRun() {
    BuildOutcome outcome =
        run(build(step("a")), step("f", "EXIT_CODE=3"), step("g", "OUTPUT=runs\n"));
    assertThat(outcome.status()).isEqualTo(Build.Status.FAILURE);
    assertThat(outcome.detail())
        .isEqualTo("finally step \"f\" failed: step exited with non-zero status: 3");
    assertThat(outcome.build().getSteps(0).getStatus()).isEqualTo(Build.Status.SUCCESS);
    assertThat(runs.lines()).containsExactly("2 runs");
  }

  @Test
  void aFailureOfOneIsAWarningWhenTheBuildHadFailed() {
    BuildOutcome outcome =
        run(build(step("a", "EXIT_CODE=7")), step("f", "EXIT_CODE=3"), step("g"));
    assertThat(outcome.detail()).startsWith("build step 0 ");
    assertThat(warnings())
        .containsExactly("finally step \"f\" failed: step exited with non-zero status: 3");
  }

  @Test
  void aFailureThatIsAllowedIsNone() {
    BuildOutcome outcome = run(build(step("a")), step("f", "EXIT_CODE=3").setAllowFailure(true));
    assertThat(outcome.status()).isEqualTo(Build.Status.SUCCESS);
  }

  @Test
  void theirTimeIsLimitedAllTogether() {
    Build build = build(step("a", "EXIT_CODE=7"));
    List<StepSpec> last = specs(step("f"), step("g", "SLEEP=100"), step("h"));
    BuildOutcome outcome =
        runs.run(build, FakeRuns.plan(build).andFinally(last, Duration.ofSeconds(1)));
    assertThat(outcome.detail()).startsWith("build step 0 ");
    assertThat(warnings()).containsExactly("the finally steps did not end within their 1s");
    assertThat(lastOutcomes()).hasSize(2).last().isInstanceOf(StepOutcome.Cancelled.class);
  }

  @Test
  void aCancelThatComesWhileTheyRunEndsThem() {
    interruptAt(FinallyStarted.class);
    BuildOutcome outcome = run(build(step("a")), step("f", "SLEEP=100"), step("g"));
    assertThat(outcome.status()).isEqualTo(Build.Status.CANCELLED);
    assertThat(lastOutcomes()).singleElement().isInstanceOf(StepOutcome.Cancelled.class);
  }

  @Test
  void theyComeAfterTheDelivery() {
    List<String> order = new ArrayList<>();
    Delivery delivery = (goods, say) -> order.add("delivery");
    runs.listener =
        event -> {
          if (event instanceof FinallyStarted) {
            order.add("finally");
          }
        };
    Build build = build(step("a"));
    BuildPlan plan = FakeRuns.plan(build).andFinally(specs(step("f")), FinallySteps.DEFAULT_LIMIT);
    runs.run(
        FakeRuns.request(build, plan)
            .withSurroundings(
                new Surroundings(SecretSource.NONE, delivery, Companions.NONE, Identity.NONE)),
        Intervention.NONE);
    assertThat(order).containsExactly("delivery", "finally");
  }

  @Test
  void theyHaveVolumesOfTheirOwnToo() {
    BuildStep.Builder withVolume =
        step("f").addVolumes(Volume.newBuilder().setName("v").setPath("/v"));
    assertThat(run(build(step("a")), withVolume).status()).isEqualTo(Build.Status.SUCCESS);
  }

  @Test
  void aBuildThatGotNoWorkspaceLeavesThemOutAndSaysSo() {
    Build build = build(step("a"));
    BuildPlan plan = FakeRuns.plan(build).andFinally(specs(step("f")), FinallySteps.DEFAULT_LIMIT);
    BuildRequest.WorkspaceSource gone =
        new BuildRequest.WorkspaceSource.Copied(say -> {
          throw new SourceException(SourceException.Kind.FAILED, "no source", null);
        });
    BuildOutcome outcome =
        runs.run(FakeRuns.request(build, plan).withSource(gone), Intervention.NONE);
    assertThat(outcome.status()).isEqualTo(Build.Status.FAILURE);
    assertThat(warnings()).singleElement().asString().contains("were left out");
    assertThat(runs.events(FinallyStarted.class)).isEmpty();
  }

  @Test
  void oneWhoseSecretsWereNeverFetchedDoesNotRun() {
    BuildOutcome outcome =
        run(build(step("a").addSecretEnv("S")), step("f").addSecretEnv("S"), step("g", SHOW));
    assertThat(outcome.status()).isEqualTo(Build.Status.FAILURE);
    assertThat(lastOutcomes().getFirst()).isInstanceOf(StepOutcome.NotStarted.class);
    assertThat(runs.lines()).contains("2 GROUNDBUILD_STATUS=FAILURE");
  }

  @Test
  void aCancelWhileThingsAreKeptForOtherBuildsIsAWarningOnly() {
    Thread builder = Thread.currentThread();
    Companions saving =
        _ ->
            new Companions.Present() {
              @Override
              public void stepSucceeded(StepSpec step, String container) {}

              @Override
              public void leave(boolean succeeded, Consumer<String> say) {
                builder.interrupt();
                try {
                  Thread.sleep(60_000);
                } catch (InterruptedException e) {
                  throw new CancellationException("saving");
                }
              }
            };
    Build build = build(step("a"));
    BuildOutcome outcome =
        runs.run(
            FakeRuns.request(build, FakeRuns.plan(build))
                .withSurroundings(Surroundings.NONE.withCompanions(saving)),
            Intervention.NONE);
    assertThat(outcome.status()).isEqualTo(Build.Status.SUCCESS);
    assertThat(warnings())
        .containsExactly("not everything could be kept for the next build: cancelled");
  }

  private void interruptAt(Class<? extends BuildEvent> type) {
    Thread builder = Thread.currentThread();
    runs.listener =
        event -> {
          if (type.isInstance(event)) {
            builder.interrupt();
          }
        };
  }

  private List<StepOutcome> lastOutcomes() {
    return runs.events(FinallyEnded.class).stream().map(FinallyEnded::outcome).toList();
  }

  private List<String> warnings() {
    return runs.events(BuildEvent.Note.class).stream()
        .filter(BuildEvent.Note::warning)
        .map(BuildEvent.Note::text)
        .toList();
  }

  private BuildOutcome run(Build build, BuildStep.Builder... last) {
    return runs.run(
        build, FakeRuns.plan(build).andFinally(specs(last), FinallySteps.DEFAULT_LIMIT));
  }
}
