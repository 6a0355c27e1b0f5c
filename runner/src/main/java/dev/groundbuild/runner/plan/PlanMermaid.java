package dev.groundbuild.runner.plan;

import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.PlanGraph.Arrow;
import dev.groundbuild.steps.StepSpec;
import java.util.ArrayList;
import java.util.List;

/** Writes a plan as a Mermaid flowchart, for Markdown pages that draw them. */
public final class PlanMermaid {
  private PlanMermaid() {}

  /** A flowchart with the critical path in bold. */
  public static String render(BuildPlan plan) {
    Drawing drawing = Drawing.of(plan);
    StringBuilder out = new StringBuilder("flowchart ");
    out.append(drawing.isSideways() ? "LR" : "TD").append('\n');
    for (StepSpec step : drawing.steps()) {
      out.append("  s").append(step.index()).append("[\"").append(escape(Drawing.heading(step)));
      out.append("<br/>").append(escape(Drawing.image(step))).append("\"]\n");
    }
    List<String> boldLinks = new ArrayList<>();
    for (Arrow arrow : drawing.arrows()) {
      out.append("  s").append(arrow.from()).append(" --> s").append(arrow.to()).append('\n');
      if (drawing.isCritical(arrow)) {
        boldLinks.add(Integer.toString(drawing.arrows().indexOf(arrow)));
      }
    }
    for (int step : drawing.critical()) {
      out.append("  style s").append(step).append(" stroke-width:4px\n");
    }
    if (!boldLinks.isEmpty()) {
      out.append("  linkStyle ").append(String.join(",", boldLinks)).append(" stroke-width:4px\n");
    }
    return out.toString();
  }

  /**
   * A label is read three times, as Mermaid, as Markdown and as HTML, so everything but letters,
   * digits and a few harmless signs is written as Mermaid's {@code #35;}.
   */
  private static String escape(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          if (Character.isLetterOrDigit(c) || " ./:,-".indexOf(c) >= 0) {
            out.appendCodePoint(c);
          } else {
            out.append('#').append(c).append(';');
          }
        });
    return out.toString();
  }
}
