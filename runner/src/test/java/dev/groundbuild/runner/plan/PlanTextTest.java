package dev.groundbuild.runner.plan;

import static dev.groundbuild.runner.plan.Plans.plan;
import static dev.groundbuild.runner.plan.Plans.step;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PlanTextTest {

  @Test
  void aPipelineIsShownLevelByLevel() {
    assertThat(PlanText.render(plan(Plans.pipeline()), false))
        .isEqualTo(
            """
            5 steps on 4 levels, at most 2 in parallel

            level    step
                1   * #0  build-builder  docker   immediately
                2 | * #1  build          builder  after #0
                  |   #2  lint           builder  after #0
                3   * #3  run-tests      builder  after #1
                4   * #4  deploy         kubectl  after #2, #3

            | in parallel
            * critical path, every step taken to be as long as another: #0 > #1 > #3 > #4
            """);
  }

  @Test
  void stepsWithoutIdsLeaveNoGap() {
    assertThat(PlanText.render(plan(Plans.of(step("", "a"), step("", "b"))), false))
        .contains("    1   * #0  a  immediately\n")
        .contains("    2   * #1  b  after #0\n")
        .doesNotContain("|");
  }

  @Test
  void manyStepsWaitedForAreToldInShort() {
    assertThat(PlanText.render(plan(Plans.fan(12)), false))
        .contains("  * #13  report   busybox  after #1-#12\n");
  }

  @Test
  void aTerminalSeesTheSameWordsInBoldAndDim() {
    String plain = PlanText.render(plan(Plans.pipeline()), false);
    String styled = PlanText.render(plan(Plans.pipeline()), true);

    assertThat(styled).contains("\u001b[1m* #0  build-builder  docker \u001b[0m");
    assertThat(styled.replaceAll("\u001b\\[\\dm", "")).isEqualTo(plain);
  }

  @Test
  void nothingInAConfigReachesTheTerminalAsAnOrder() {
    String text =
        PlanText.render(plan(Plans.of(step("\u001b[2J\r\n\u0007\u202ex", "i\u009b1m"))), false);

    assertThat(text).contains("#0  \uFFFD[2J\uFFFD\uFFFD\uFFFD\uFFFDx  i\uFFFD1m  immediately\n");
  }

  @Test
  void oneVeryLongNameDoesNotPushTheOthersAway() {
    String text =
        PlanText.render(plan(Plans.of(step("x".repeat(300), "a"), step("b", "b"))), false);

    assertThat(text).contains("  * #1  b  b  after #0\n");
  }
}
