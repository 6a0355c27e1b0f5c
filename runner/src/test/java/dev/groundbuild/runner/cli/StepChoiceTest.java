package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class StepChoiceTest {
  private static final List<RunningStep> STEPS =
      List.of(step(0, "1"), step(1, "test"), step(2, ""));

  @Test
  void anIdIsMeantBeforeAnIndex() {
    assertThat(named("1")).containsExactly(0);
    assertThat(named("0")).containsExactly(0);
    assertThat(named("test")).containsExactly(1);
    assertThat(named("2")).containsExactly(2);
    assertThat(named("02")).isEmpty();
    assertThat(named("")).isEmpty();
  }

  private static List<Integer> named(String given) {
    return StepChoice.named(given, STEPS, RunningStep::id, RunningStep::index).stream()
        .map(RunningStep::index)
        .toList();
  }

  private static RunningStep step(int index, String id) {
    return new RunningStep(
        "build", index, Optional.of(id).filter(i -> !i.isEmpty()), "container-" + index);
  }
}
