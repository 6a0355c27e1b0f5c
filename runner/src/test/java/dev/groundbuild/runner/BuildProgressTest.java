package dev.groundbuild.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import dev.groundbuild.steps.StepOutcome;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class BuildProgressTest {
  private static final StepOutcome.Timing AT_ONCE =
      new StepOutcome.Timing(Instant.EPOCH, Instant.EPOCH, Optional.empty());

  @Test
  void aDiamondOpensStepByStep() {
    BuildProgress progress = diamond();

    assertThat(progress.ready()).containsExactly(0);
    assertThat(progress.blockedBy(3)).containsExactly(1, 2);

    progress.started(0);
    assertThat(progress.ready()).isEmpty();
    assertThat(progress.running()).containsExactly(0);
    assertThat(progress.isOver()).isFalse();

    progress.done(0);
    assertThat(progress.ready()).containsExactly(1, 2);

    progress.started(2);
    progress.started(1);
    assertThat(progress.running()).containsExactly(1, 2);
    progress.done(1);
    assertThat(progress.ready()).isEmpty();
    assertThat(progress.blockedBy(3)).containsExactly(2);
    progress.done(2);

    assertThat(progress.ready()).containsExactly(3);
    progress.started(3);
    assertThat(progress.isComplete()).isFalse();
    progress.done(3);
    assertThat(progress.isComplete()).isTrue();
    assertThat(progress.isOver()).isTrue();
    assertThat(progress.notStarted()).isEmpty();
  }

  @Test
  void afterAFailureNothingElseStarts() {
    BuildProgress progress = diamond();
    progress.started(0);
    progress.done(0);
    progress.started(1);

    progress.failed(1);

    assertThat(progress.ready()).isEmpty();
    assertThat(progress.isOver()).isTrue();
    assertThat(progress.isComplete()).isFalse();
    assertThat(progress.notStarted()).containsExactly(2, 3);
    assertThatThrownBy(() -> progress.started(2)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void afterAFailureItsSiblingsAreStillWaitedFor() {
    BuildProgress progress = diamond();
    progress.started(0);
    progress.done(0);
    progress.started(1);
    progress.started(2);

    progress.failed(1);
    assertThat(progress.isOver()).isFalse();
    assertThat(progress.running()).containsExactly(2);
    progress.done(2);

    assertThat(progress.isOver()).isTrue();
    assertThat(progress.ready()).isEmpty();
  }

  @Test
  void aStoppedBuildStartsNothing() {
    BuildProgress progress = diamond();

    progress.stop();

    assertThat(progress.ready()).isEmpty();
    assertThat(progress.isOver()).isTrue();
    assertThat(progress.notStarted()).containsExactly(0, 1, 2, 3);
  }

  @Test
  void whatIsOutOfTurnIsABug() {
    BuildProgress progress = diamond();

    assertThatThrownBy(() -> progress.started(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> progress.done(0)).isInstanceOf(IllegalStateException.class);
    progress.started(0);
    assertThatThrownBy(() -> progress.started(0)).isInstanceOf(IllegalStateException.class);
    progress.done(0);
    assertThatThrownBy(() -> progress.done(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> progress.failed(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void threeHundredStepsRunOneAfterTheOther() {
    Build build =
        Build.newBuilder()
            .addAllSteps(Collections.nCopies(300, BuildStep.getDefaultInstance()))
            .build();
    BuildProgress progress = new BuildProgress(BuildPlan.of(build, new TreeMap<>()));

    for (int i = 0; i < 300; i++) {
      assertThat(progress.ready()).containsExactly(i);
      progress.started(i);
      progress.done(i);
    }

    assertThat(progress.isComplete()).isTrue();
  }

  @Test
  void whatIsDoneIsNotStartedAgain() {
    StepOutcome before = new StepOutcome.TimedOut(AT_ONCE, Optional.empty());
    BuildProgress progress =
        new BuildProgress(diamondPlan(), new Resumption(2, Map.of(0, before, 2, before), Set.of()));

    assertThat(progress.ready()).containsExactly(1);
    assertThat(progress.blockedBy(3)).containsExactly(1);
    progress.started(1);
    progress.done(1);
    assertThat(progress.ready()).containsExactly(3);
    progress.started(3);
    progress.done(3);
    assertThat(progress.isComplete()).isTrue();
  }

  @Test
  void anEarlierStepCanRunAgainThoughOneThatWaitedForItIsDone() {
    StepOutcome before = new StepOutcome.TimedOut(AT_ONCE, Optional.empty());
    BuildProgress progress =
        new BuildProgress(diamondPlan(), new Resumption(2, Map.of(3, before), Set.of(1, 2)));

    progress.started(0);
    progress.done(0);

    assertThat(progress.ready()).isEmpty();
    assertThat(progress.isComplete()).isTrue();
  }

  @Test
  void theOrderOfStepsStaysWhenThoseBetweenThemAreLeftOut() {
    BuildProgress progress =
        new BuildProgress(diamondPlan(), new Resumption(1, Map.of(), Set.of(1, 2)));

    assertThat(progress.ready()).containsExactly(0);
    progress.started(0);
    assertThat(progress.ready()).isEmpty();
    progress.done(0);
    assertThat(progress.ready()).containsExactly(3);
  }

  private static BuildProgress diamond() {
    return new BuildProgress(diamondPlan());
  }

  private static BuildPlan diamondPlan() {
    Build build =
        Build.newBuilder()
            .addSteps(step("a"))
            .addSteps(step("b", "a"))
            .addSteps(step("c", "a"))
            .addSteps(step("d", "b", "c"))
            .build();
    return BuildPlan.of(build, new TreeMap<>());
  }

  private static BuildStep step(String id, String... waitFor) {
    return BuildStep.newBuilder().setId(id).addAllWaitFor(List.of(waitFor)).build();
  }
}
