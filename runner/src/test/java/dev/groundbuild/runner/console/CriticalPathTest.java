package dev.groundbuild.runner.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CriticalPathTest {

  @Test
  void itIsTheSlowestChainAmongTheStepsThatRan() {
    List<Set<Integer>> diamond = List.of(Set.of(), Set.of(0), Set.of(0), Set.of(1, 2), Set.of(3));
    CriticalPath path =
        CriticalPath.of(
            diamond, Map.of(0, seconds(1), 1, seconds(2), 2, seconds(5), 3, seconds(1)));
    assertThat(path).isEqualTo(new CriticalPath(List.of(0, 2, 3), seconds(7)));
  }

  @Test
  void aSlowStepBesideTheChainIsThePathByItself() {
    CriticalPath path =
        CriticalPath.of(
            List.of(Set.of(), Set.of(0), Set.of()),
            Map.of(0, seconds(1), 1, seconds(2), 2, seconds(9)));
    assertThat(path).isEqualTo(new CriticalPath(List.of(2), seconds(9)));
  }

  @Test
  void withoutStepsThereIsNone() {
    assertThat(CriticalPath.of(List.of(Set.of()), Map.of()))
        .isEqualTo(new CriticalPath(List.of(), Duration.ZERO));
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }
}
