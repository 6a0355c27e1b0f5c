package dev.groundbuild.runner.plan;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.PlanGraph;
import dev.groundbuild.steps.StepSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Says for people why a step waits for what, what holds it longest, and what it holds. */
public final class ExplainText {
  private static final Duration UNIT = Duration.ofSeconds(1);

  private final BuildPlan plan;
  private final Build build;
  private final StepTimes times;
  private final WaitTimes waited;
  private final PlanGraph graph;
  private final List<SortedSet<Integer>> before = new ArrayList<>();

  /**
   * @param build from which the plan was made
   * @param times of one run of the build
   */
  public ExplainText(BuildPlan plan, Build build, StepTimes times) {
    this.plan = plan;
    this.build = build;
    this.times = times;
    this.waited = new WaitTimes(times);
    this.graph = plan.graph();
    for (Set<Integer> waits : plan.waitFor()) {
      SortedSet<Integer> all = new TreeSet<>(waits);
      waits.forEach(earlier -> all.addAll(before.get(earlier)));
      before.add(all);
    }
  }

  /** What is to be said of one step, as lines. */
  public List<String> lines(int step) {
    List<String> lines = new ArrayList<>();
    lines.add(Printable.line(plan.steps().get(step).label()));
    waits(step, lines);
    if (!times.spans().isEmpty()) {
      waited(step, lines);
    }
    longest(step, lines);
    holds(step, lines);
    return lines;
  }

  private void waits(int step, List<String> lines) {
    SortedSet<Integer> near = graph.before(step);
    SortedSet<Integer> far = new TreeSet<>(before.get(step));
    far.removeAll(near);
    add(lines, "waits for", near.isEmpty() ? "nothing" : names(near));
    add(lines, "because", reason(step));
    if (!far.isEmpty()) {
      add(lines, "and through", "them for " + names(far));
    }
  }

  /** Cloud Build: without waitFor a step waits for all before it; {@code -} is the start. */
  private String reason(int step) {
    List<String> ids = build.getSteps(step).getWaitForList();
    if (ids.isEmpty()) {
      return step == 0
          ? "it is the first step"
          : "it has no waitFor, so it waits for all steps before it";
    }
    String written =
        ids.stream().map(id -> "'" + Printable.line(id) + "'").collect(Collectors.joining(", "));
    boolean onlyStart = ids.stream().allMatch("-"::equals);
    return "its waitFor is [" + written + "]" + (onlyStart ? ": it starts with the build" : "");
  }

  private void waited(int step, List<String> lines) {
    if (times.span(step).isEmpty()) {
      add(lines, "waited", "it did not run");
      return;
    }
    Set<Integer> waits = plan.waitFor().get(step);
    List<String> parts = new ArrayList<>();
    for (WaitTimes.Share share : waited.shares(waits)) {
      String more = parts.isEmpty() ? "" : "more ";
      parts.add(seconds(share.time()) + " " + more + "for " + name(share.step()));
    }
    parts.add(seconds(waited.untilStart(step, waits)) + " until it was started");
    for (int i = 0; i < parts.size(); i++) {
      add(lines, i == 0 ? "waited" : "", parts.get(i));
    }
  }

  /** The chain of steps before this one that takes longest. */
  private void longest(int step, List<String> lines) {
    Map<Integer, Duration> weights = new TreeMap<>();
    for (int earlier : before.get(step)) {
      if (times.spans().isEmpty()) {
        weights.put(earlier, UNIT);
      } else {
        times.span(earlier).ifPresent(span -> weights.put(earlier, span.took()));
      }
    }
    List<Integer> path = plan.criticalPath(weights);
    if (path.isEmpty()) {
      return;
    }
    Duration sum =
        path.stream().map(i -> weights.getOrDefault(i, UNIT)).reduce(Duration.ZERO, Duration::plus);
    String chain =
        path.stream()
            .map(i -> times.span(i).map(s -> name(i) + " " + seconds(s.took())).orElse(name(i)))
            .collect(Collectors.joining(" > "));
    String total =
        times.spans().isEmpty()
            ? (path.size() == 1 ? "1 step" : path.size() + " steps")
            : seconds(sum);
    add(lines, "held by", chain + " (the longest chain: " + total + ")");
  }

  private void holds(int step, List<String> lines) {
    List<Integer> after =
        IntStream.range(step + 1, plan.steps().size())
            .filter(later -> before.get(later).contains(step))
            .boxed()
            .toList();
    List<Integer> near =
        after.stream().filter(later -> graph.before(later).contains(step)).toList();
    List<Integer> far = after.stream().filter(later -> !near.contains(later)).toList();
    if (near.isEmpty()) {
      add(lines, "holds", "nothing");
      return;
    }
    for (int i = 0; i < near.size(); i++) {
      add(lines, i == 0 ? "holds" : "", name(near.get(i)) + ", " + why(step, near.get(i)));
    }
    if (!far.isEmpty()) {
      add(lines, "and through", "them " + names(far));
    }
  }

  private String why(int step, int later) {
    BuildStep other = build.getSteps(later);
    String why = other.getWaitForList().isEmpty() ? "which has no waitFor" : "which names it";
    return waited.shares(plan.waitFor().get(later)).stream()
        .filter(share -> share.step() == step && !times.spans().isEmpty())
        .findFirst()
        .map(share -> why + "; held it " + seconds(share.time()))
        .orElse(why);
  }

  private String names(Collection<Integer> steps) {
    return steps.stream().map(this::name).collect(Collectors.joining(", "));
  }

  private String name(int index) {
    StepSpec step = plan.steps().get(index);
    return "#" + index + step.id().map(id -> " " + Printable.line(id)).orElse("");
  }

  private static void add(List<String> lines, String what, String text) {
    lines.add(String.format(Locale.ROOT, "  %-12s%s", what, text));
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toNanos() / 1e9);
  }
}
