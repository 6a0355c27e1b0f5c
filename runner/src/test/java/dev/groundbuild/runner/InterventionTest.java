package dev.groundbuild.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import com.google.protobuf.util.Durations;
import dev.groundbuild.runner.BuildRequest.WorkspaceSource;
import dev.groundbuild.runner.Intervention.Decision;
import dev.groundbuild.steps.Labels;
import dev.groundbuild.steps.StepLog;
import dev.groundbuild.steps.StepTrace;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import dev.groundbuild.steps.fake.FakeEngine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a build makes of the decisions of somebody who looks at its steps. */
@Timeout(60)
final class InterventionTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-03-04T05:06:07Z"));
  private final InstantSource clock = now::get;
  private final FakeEngine engine = new FakeEngine();
  private final Deque<BuildEvent> events = new ArrayDeque<>();

  @Test
  void theTimeInWhichSomebodyLooksCountsNeitherForTheBuildNorForTheStep() {
    BuildOutcome outcome =
        run(
            build(failing("a"), fine("b")),
            at(
                "a",
                ended -> {
                  now.updateAndGet(t -> t.plus(Duration.ofDays(1)));
                  return Decision.FORGIVE;
                }));
    assertThat(outcome.status()).isEqualTo(Build.Status.SUCCESS);
    assertThat(events.stream().filter(e -> e instanceof BuildEvent.StepEnded))
        .allMatch(e -> ((BuildEvent.StepEnded) e).took().isZero())
        .hasSize(2);
  }

  @Test
  void aStepIsRunAsOftenAsIsAskedFor() {
    Deque<Decision> decisions =
        new ArrayDeque<>(List.of(Decision.RETRY, Decision.RETRY, Decision.LEAVE));
    BuildOutcome outcome = run(build(failing("a")), at("a", _ -> decisions.remove()));
    assertThat(decisions).isEmpty();
    assertThat(outcome.status()).isEqualTo(Build.Status.FAILURE);
    assertThat(outcome.build().getSteps(0).getExitCode()).isEqualTo(7);
  }

  @Test
  void aForgivenFailureStaysOneAndASkippedStepIsDone() {
    BuildOutcome outcome =
        run(
            build(failing("a"), failing("b"), fine("c")),
            new Intervention() {
              @Override
              public boolean wants(Ended ended) {
                return ended.endsBuild();
              }

              @Override
              public Decision decide(Ended ended) {
                return ended.step().index() == 0 ? Decision.FORGIVE : Decision.SKIP;
              }
            });
    assertThat(outcome.build().getStepsList().stream().map(BuildStep::getStatus))
        .containsExactly(Build.Status.FAILURE, Build.Status.SUCCESS, Build.Status.SUCCESS);
    assertThat(outcome.status()).isEqualTo(Build.Status.SUCCESS);
  }

  @Test
  void theFailureOfAnotherStepTakesNoStepAwayFromWhoLooksAtIt() {
    CountDownLatch looking = new CountDownLatch(1);
    BuildOutcome outcome =
        run(
            build(failing("a").addWaitFor("-"), failing("other").addWaitFor("-")),
            new Intervention() {
              @Override
              public boolean wants(Ended ended) {
                if (ended.step().index() == 1) {
                  await(looking);
                }
                return ended.step().index() == 0;
              }

              @Override
              public Decision decide(Ended ended) {
                looking.countDown();
                while (engine.owned(Labels.STEP, Optional.of("1")).size() > 0) {
                  Thread.onSpinWait();
                }
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
                return Decision.FORGIVE;
              }
            });
    assertThat(outcome.status()).isEqualTo(Build.Status.FAILURE);
    assertThat(outcome.detail()).startsWith("build step 1 ");
    assertThat(outcome.build().getSteps(0).getExitCode()).isEqualTo(7);
  }

  @Test
  void aCancelledBuildInterruptsWhoLooks() {
    Thread builder = Thread.currentThread();
    BuildOutcome outcome =
        run(
            build(failing("a"), fine("b")),
            at(
                "a",
                _ -> {
                  builder.interrupt();
                  await(new CountDownLatch(1));
                  return Decision.FORGIVE;
                }));
    assertThat(outcome.status()).isEqualTo(Build.Status.CANCELLED);
    assertThat(outcome.build().getSteps(1).getStatus()).isEqualTo(Build.Status.QUEUED);
  }

  /** Waits; an interrupt ends it and stays. */
  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Deciding {
    Decision decide(Intervention.Ended ended);
  }

  private static Intervention at(String id, Deciding deciding) {
    return new Intervention() {
      @Override
      public boolean wants(Ended ended) {
        return ended.step().id().filter(id::equals).isPresent();
      }

      @Override
      public Decision decide(Ended ended) {
        return deciding.decide(ended);
      }
    };
  }

  private static BuildStep.Builder failing(String id) {
    return fine(id).addEnv("EXIT_CODE=7");
  }

  private static BuildStep.Builder fine(String id) {
    return BuildStep.newBuilder().setName("busybox").setId(id);
  }

  private static Build build(BuildStep.Builder... steps) {
    Build.Builder build =
        Build.newBuilder().setId("00000000-test").setTimeout(Durations.fromMinutes(10));
    for (BuildStep.Builder step : steps) {
      build.addSteps(step);
    }
    return build.build();
  }

  private BuildOutcome run(Build build, Intervention intervention) {
    BuildRequest request =
        new BuildRequest(
            build,
            BuildPlan.of(build, new TreeMap<>()),
            new WorkspaceSource.Empty(),
            Privileges.DEFAULT,
            Optional.empty(),
            StepTrace.NONE);
    StepLog log = (step, stream, line, complete) -> {};
    BuildOutcome outcome =
        new BuildRunner(engine, clock).run(request, events::add, log, intervention);
    assertThat(engine.owned(Labels.OWNER, Optional.empty())).isEmpty();
    return outcome;
  }
}
