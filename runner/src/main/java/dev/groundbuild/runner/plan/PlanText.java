package dev.groundbuild.runner.plan;

import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.PlanGraph;
import dev.groundbuild.steps.StepSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Writes a plan for people: level by level, what may run in parallel and what waits for what. */
public final class PlanText {
  /** A longer cell does not push the others to the right. */
  private static final int WIDEST_COLUMN = 44;

  private static final String BOLD = "\u001b[1m";
  private static final String DIM = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";

  private final BuildPlan plan;
  private final PlanGraph graph;
  private final List<Integer> critical;
  private final boolean styled;
  private final int numbers;
  private final int ids;
  private final int images;
  private final StringBuilder out = new StringBuilder();

  private PlanText(BuildPlan plan, boolean styled) {
    this.plan = plan;
    this.graph = plan.graph();
    this.critical = plan.criticalPath();
    this.styled = styled;
    this.numbers = ("* #" + (plan.steps().size() - 1)).length();
    this.ids = widest(PlanText::id);
    this.images = widest(Drawing::image);
  }

  /**
   * The plan as lines.
   *
   * @param styled whether a terminal shows it, which understands bold and dim
   */
  public static String render(BuildPlan plan, boolean styled) {
    PlanText text = new PlanText(plan, styled);
    text.write();
    return text.out.toString();
  }

  private void write() {
    List<List<Integer>> levels = plan.levels();
    out.append(count(plan.steps().size(), "step")).append(" on ");
    out.append(count(levels.size(), "level")).append(", at most ");
    out.append(graph.width()).append(" in parallel\n\n");
    out.append(style(DIM, "level    step")).append('\n');
    for (int level = 0; level < levels.size(); level++) {
      for (int index : levels.get(level)) {
        boolean first = index == levels.get(level).getFirst();
        out.append(String.format(Locale.ROOT, "%5s ", first ? level + 1 : ""));
        out.append(levels.get(level).size() > 1 ? "| " : "  ");
        step(index);
      }
    }
    out.append('\n');
    if (levels.stream().anyMatch(steps -> steps.size() > 1)) {
      out.append("| in parallel\n");
    }
    out.append("* critical path, every step taken to be as long as another: ");
    out.append(critical.stream().map(i -> "#" + i).collect(Collectors.joining(" > ")));
    out.append('\n');
  }

  private void step(int index) {
    StepSpec step = plan.steps().get(index);
    boolean marked = critical.contains(index);
    String cells =
        pad((marked ? "* #" : "  #") + index, numbers)
            + (ids == 0 ? "" : "  " + pad(id(step), ids))
            + "  "
            + pad(Drawing.image(step), images);
    out.append(marked ? style(BOLD, cells) : cells);
    out.append("  ").append(style(DIM, after(index))).append('\n');
  }

  private String after(int step) {
    Collection<Integer> before = graph.before(step);
    return before.isEmpty() ? "immediately" : "after " + ranges(before);
  }

  /** {@code #0, #2-#5, #7}. */
  private static String ranges(Collection<Integer> ascending) {
    List<String> parts = new ArrayList<>();
    List<Integer> rest = List.copyOf(ascending);
    int from = 0;
    while (from < rest.size()) {
      int to = from;
      while (to + 1 < rest.size() && rest.get(to + 1) == rest.get(to) + 1) {
        to++;
      }
      if (to - from < 2) {
        to = from;
      }
      parts.add("#" + rest.get(from) + (to > from ? "-#" + rest.get(to) : ""));
      from = to + 1;
    }
    return String.join(", ", parts);
  }

  private static String id(StepSpec step) {
    return step.id().map(Printable::line).orElse("");
  }

  private int widest(Function<StepSpec, String> cell) {
    return plan.steps().stream()
        .map(cell)
        .mapToInt(Printable::columns)
        .filter(columns -> columns <= WIDEST_COLUMN)
        .max()
        .orElse(0);
  }

  private static String pad(String cell, int columns) {
    return cell + " ".repeat(Math.max(0, columns - Printable.columns(cell)));
  }

  private String style(String style, String text) {
    return styled ? style + text + PLAIN : text;
  }

  private static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
