package dev.groundbuild.runner.plan;

import static dev.groundbuild.runner.plan.Plans.plan;
import static dev.groundbuild.runner.plan.Plans.step;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The two languages that others draw. */
final class PlanDrawingTest {

  @Test
  void dotDrawsThePipeline() {
    assertThat(PlanDot.render(plan(Plans.pipeline())))
        .isEqualTo(
            """
            digraph build {
              rankdir=TB;
              node [shape=box style=rounded fontname="sans-serif"];
              s0 [label="#0 build-builder\\ndocker" color="#c2410c" penwidth=2];
              s1 [label="#1 build\\nbuilder" color="#c2410c" penwidth=2];
              s2 [label="#2 lint\\nbuilder"];
              s3 [label="#3 run-tests\\nbuilder" color="#c2410c" penwidth=2];
              s4 [label="#4 deploy\\nkubectl" color="#c2410c" penwidth=2];
              s0 -> s1 [color="#c2410c" penwidth=2];
              s0 -> s2;
              s1 -> s3 [color="#c2410c" penwidth=2];
              s2 -> s4;
              s3 -> s4 [color="#c2410c" penwidth=2];
            }
            """);
  }

  @Test
  void mermaidDrawsThePipeline() {
    assertThat(PlanMermaid.render(plan(Plans.pipeline())))
        .isEqualTo(
            """
            flowchart TD
              s0["#35;0 build-builder<br/>docker"]
              s1["#35;1 build<br/>builder"]
              s2["#35;2 lint<br/>builder"]
              s3["#35;3 run-tests<br/>builder"]
              s4["#35;4 deploy<br/>kubectl"]
              s0 --> s1
              s0 --> s2
              s1 --> s3
              s2 --> s4
              s3 --> s4
              style s0 stroke-width:4px
              style s1 stroke-width:4px
              style s3 stroke-width:4px
              style s4 stroke-width:4px
              linkStyle 0,2,4 stroke-width:4px
            """);
  }

  @Test
  void whatIsWiderThanDeepIsDrawnSideways() {
    assertThat(PlanDot.render(plan(Plans.fan(16)))).contains("rankdir=LR");
    assertThat(PlanMermaid.render(plan(Plans.fan(16)))).startsWith("flowchart LR\n");
  }

  @Test
  void dotKeepsAHostileIdInItsQuotes() {
    assertThat(PlanDot.render(plan(Plans.of(step(Plans.HOSTILE + "\n", "i")))))
        .contains(
            "s0 [label=\"#0 a\\\"]; </text><script>x()</script> &amp; %%{init}%% #quot; `b`"
                + " \\\\\uFFFD\\ni\"");
  }

  @Test
  void mermaidKeepsAHostileIdInItsQuotes() {
    String label =
        PlanMermaid.render(plan(Plans.of(step(Plans.HOSTILE, "i"))))
            .lines()
            .filter(line -> line.startsWith("  s0["))
            .findFirst()
            .orElseThrow();

    assertThat(label).matches("  s0\\[\"(?:[A-Za-z0-9 ./:,-]|#\\d+;)*<br/>i\"]");
    assertThat(label).startsWith("  s0[\"#35;0 a#34;#93;#59; #60;/text#62;");
  }

  @Test
  void aStepAloneHasNoArrow() {
    assertThat(PlanMermaid.render(plan(Plans.of(step("", "busybox")))))
        .isEqualTo(
            """
            flowchart TD
              s0["#35;0<br/>busybox"]
              style s0 stroke-width:4px
            """);
  }
}
