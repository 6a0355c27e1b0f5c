package dev.groundbuild.runner.plan;

import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.PlanGraph.Arrow;
import dev.groundbuild.steps.StepSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Draws a plan as an SVG picture, in light or dark as its reader prefers. Levels go from top to
 * bottom, or from left to right when they hold many steps.
 */
public final class PlanSvg {
  private static final double MARGIN = 20;
  private static final double BOX_HEIGHT = 48;
  private static final double TEXT_LEFT = 46;
  private static final double ID_COLUMN = 7.9;
  private static final double IMAGE_COLUMN = 6.7;
  private static final double TIP = 9;
  private static final double LEGEND = 28;

  private static final String STYLE =
      """
        <style>
          .page { fill: #ffffff }
          .box { fill: #f6f8fa; stroke: #8a94a6; stroke-width: 1.25 }
          .critical .box { fill: #fff4ec; stroke: #c2410c; stroke-width: 2.5 }
          .number { fill: #5b6472; font: 12px sans-serif; text-anchor: middle }
          .critical .number { fill: #c2410c; font-weight: bold }
          .id { fill: #1f2937; font: bold 13px "DejaVu Sans Mono", Menlo, Consolas, monospace }
          .image { fill: #5b6472; font: 11px "DejaVu Sans Mono", Menlo, Consolas, monospace }
          .arrow { fill: none; stroke: #8a94a6; stroke-width: 1.25 }
          .arrow.critical { stroke: #c2410c; stroke-width: 2.5 }
          .tip { fill: #8a94a6 }
          .tip.critical { fill: #c2410c }
          .legend { fill: #5b6472; font: 11px sans-serif }
          @media (prefers-color-scheme: dark) {
            .page { fill: #0f141b }
            .box { fill: #1b222c; stroke: #6b7686 }
            .critical .box { fill: #38220f; stroke: #fb923c }
            .number, .image, .legend { fill: #a3adba }
            .critical .number { fill: #fb923c }
            .id { fill: #e6eaf0 }
            .arrow { stroke: #6b7686 }
            .arrow.critical { stroke: #fb923c }
            .tip { fill: #6b7686 }
            .tip.critical { fill: #fb923c }
          }
        </style>
      """;

  private final Drawing drawing;
  private final boolean sideways;
  private final double boxWidth;
  private final double gap;
  private final LayerLayout layout;
  private final Map<Integer, Integer> levelOf = new HashMap<>();
  private final StringBuilder out = new StringBuilder();

  /** A point of the picture. */
  private record Point(double x, double y) {
    @Override
    public String toString() {
      return number(x) + " " + number(y);
    }
  }

  private PlanSvg(BuildPlan plan) {
    drawing = Drawing.of(plan);
    sideways = drawing.isSideways();
    boxWidth = boxWidth(drawing.steps());
    gap = sideways ? 64 : 44;
    layout = new LayerLayout(drawing, sideways ? BOX_HEIGHT + 16 : boxWidth + 24, 18);
    for (int level = 0; level < drawing.levels().size(); level++) {
      for (int step : drawing.levels().get(level)) {
        levelOf.put(step, level);
      }
    }
  }

  /** A complete SVG document. */
  public static String render(BuildPlan plan) {
    PlanSvg svg = new PlanSvg(plan);
    svg.write();
    return svg.out.toString();
  }

  private void write() {
    double along = 2 * MARGIN - gap + drawing.levels().size() * (gap + depth());
    double across = 2 * MARGIN + layout.size();
    String width = number(sideways ? along : across);
    String height = number((sideways ? across : along) + LEGEND);
    out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"").append(width);
    out.append("\" height=\"").append(height).append("\" viewBox=\"0 0 ").append(width);
    out.append(' ').append(height).append("\">\n");
    out.append("  <title>Build plan: ").append(drawing.steps().size()).append(" steps</title>\n");
    out.append(STYLE);
    out.append("  <rect class=\"page\" width=\"100%\" height=\"100%\"/>\n");
    drawing.arrows().stream().filter(a -> !drawing.isCritical(a)).forEach(this::arrow);
    drawing.arrows().stream().filter(drawing::isCritical).forEach(this::arrow);
    drawing.steps().forEach(this::box);
    legend((sideways ? across : along) + LEGEND - 14);
    out.append("</svg>\n");
  }

  private void box(StepSpec step) {
    Point middle = point(levelOf.getOrDefault(step.index(), 0), 0.5, layout.at(step.index()));
    double left = middle.x - boxWidth / 2;
    double top = middle.y - BOX_HEIGHT / 2;
    String id = step.id().map(Printable::line).orElse("");
    String image = Drawing.image(step);
    out.append("  <g").append(drawing.isCritical(step) ? " class=\"critical\"" : "").append(">\n");
    out.append("    <title>").append(escape(Drawing.heading(step) + ": " + image));
    out.append("</title>\n");
    out.append("    <rect class=\"box\" rx=\"8\" x=\"").append(number(left));
    out.append("\" y=\"").append(number(top)).append("\" width=\"").append(number(boxWidth));
    out.append("\" height=\"").append(number(BOX_HEIGHT)).append("\"/>\n");
    text("number", left + TEXT_LEFT / 2, middle.y + 4, "#" + step.index());
    if (id.isEmpty()) {
      text("image", left + TEXT_LEFT, middle.y + 4, keepEnd(image, columns(IMAGE_COLUMN)));
    } else {
      text("id", left + TEXT_LEFT, middle.y - 4, keepStart(id, columns(ID_COLUMN)));
      text("image", left + TEXT_LEFT, middle.y + 14, keepEnd(image, columns(IMAGE_COLUMN)));
    }
    out.append("  </g>\n");
  }

  /** A curve from level to level, straight where it passes through one, and a tip at its end. */
  private void arrow(Arrow arrow) {
    int level = levelOf.getOrDefault(arrow.from(), 0);
    String kind = drawing.isCritical(arrow) ? " critical" : "";
    Point last = point(level, 1, layout.at(arrow.from()));
    out.append("  <path class=\"arrow").append(kind).append("\" d=\"M ").append(last);
    for (double bend : layout.bends(arrow)) {
      level++;
      last = curve(last, point(level, 0, bend));
      Point through = point(level, 1, bend);
      out.append(" L ").append(through);
      last = through;
    }
    Point end = point(level + 1, 0, layout.at(arrow.to()));
    Point base = sideways ? new Point(end.x - TIP, end.y) : new Point(end.x, end.y - TIP);
    curve(last, base);
    out.append("\"/>\n  <path class=\"tip").append(kind).append("\" d=\"M ").append(end);
    out.append(" L ")
        .append(new Point(base.x - (sideways ? 0 : 4.5), base.y - (sideways ? 4.5 : 0)));
    out.append(" L ")
        .append(new Point(base.x + (sideways ? 0 : 4.5), base.y + (sideways ? 4.5 : 0)));
    out.append(" Z\"/>\n");
  }

  private Point curve(Point from, Point to) {
    double x = (from.x + to.x) / 2;
    double y = (from.y + to.y) / 2;
    out.append(" C ").append(sideways ? new Point(x, from.y) : new Point(from.x, y));
    out.append(", ").append(sideways ? new Point(x, to.y) : new Point(to.x, y));
    out.append(", ").append(to);
    return to;
  }

  private void legend(double y) {
    out.append("  <path class=\"arrow critical\" d=\"M ").append(new Point(MARGIN, y - 4));
    out.append(" H ").append(number(MARGIN + 24)).append("\"/>\n");
    text("legend", MARGIN + 32, y, "critical path");
  }

  private void text(String kind, double x, double y, String text) {
    out.append("    <text class=\"").append(kind).append("\" x=\"").append(number(x));
    out.append("\" y=\"").append(number(y)).append("\">").append(escape(text));
    out.append("</text>\n");
  }

  /**
   * @param share how far into the level, 0 where arrows arrive and 1 where they leave
   * @param across where within the level
   */
  private Point point(int level, double share, double across) {
    double along = MARGIN + level * (depth() + gap) + share * depth();
    return sideways ? new Point(along, MARGIN + across) : new Point(MARGIN + across, along);
  }

  private double depth() {
    return sideways ? boxWidth : BOX_HEIGHT;
  }

  private static double boxWidth(List<StepSpec> steps) {
    double width = 130;
    for (StepSpec step : steps) {
      int id = step.id().map(Printable::line).map(Printable::columns).orElse(0);
      width = Math.max(width, TEXT_LEFT + 12 + id * ID_COLUMN);
      width =
          Math.max(width, TEXT_LEFT + 12 + Printable.columns(Drawing.image(step)) * IMAGE_COLUMN);
    }
    return Math.min(width, 280);
  }

  private int columns(double column) {
    return (int) ((boxWidth - TEXT_LEFT - 8) / column);
  }

  private static String keepStart(String text, int columns) {
    return cut(text, columns, false);
  }

  /** The end of an image's name tells more than its registry. */
  private static String keepEnd(String text, int columns) {
    return cut(text, columns, true);
  }

  private static String cut(String text, int columns, boolean front) {
    if (Printable.columns(text) <= columns) {
      return text;
    }
    String kept = text;
    while (Printable.columns(kept) >= columns) {
      kept =
          front
              ? kept.substring(kept.offsetByCodePoints(0, 1))
              : kept.substring(0, kept.offsetByCodePoints(kept.length(), -1));
    }
    return front ? "…" + kept : kept + "…";
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String number(double number) {
    String text = String.format(Locale.ROOT, "%.1f", number);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
