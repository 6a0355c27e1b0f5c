package dev.groundbuild.runner.plan;

import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.PlanGraph.Arrow;
import dev.groundbuild.steps.StepSpec;

/** Writes a plan in Graphviz's language, for {@code dot}. */
public final class PlanDot {
  private static final String BOLD = " color=\"#c2410c\" penwidth=2";

  private PlanDot() {}

  /** A directed graph with the critical path in bold. */
  public static String render(BuildPlan plan) {
    Drawing drawing = Drawing.of(plan);
    StringBuilder out = new StringBuilder("digraph build {\n");
    out.append("  rankdir=").append(drawing.isSideways() ? "LR" : "TB").append(";\n");
    out.append("  node [shape=box style=rounded fontname=\"sans-serif\"];\n");
    for (StepSpec step : drawing.steps()) {
      out.append("  s").append(step.index()).append(" [label=\"");
      out.append(escape(Drawing.heading(step))).append("\\n");
      out.append(escape(Drawing.image(step))).append('"');
      out.append(drawing.isCritical(step) ? BOLD : "").append("];\n");
    }
    for (Arrow arrow : drawing.arrows()) {
      out.append("  s").append(arrow.from()).append(" -> s").append(arrow.to());
      out.append(drawing.isCritical(arrow) ? " [" + BOLD.strip() + "]" : "").append(";\n");
    }
    return out.append("}\n").toString();
  }

  /**
   * In a quoted string of DOT, a backslash and a quote are written after a backslash; an ampersand
   * would begin an entity.
   */
  private static String escape(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("&", "&amp;");
  }
}
