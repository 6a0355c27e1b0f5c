package dev.groundbuild.runner.console;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.BuildEvent.StepEnded;
import dev.groundbuild.runner.BuildOutcome;
import dev.groundbuild.steps.StepSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The words at the end of a build: what each step did, what it took, and what to do next. */
final class Summary {
  private static final int LONGEST_RESULT = 60;
  private static final int TAIL_LINE_BYTES = 1000;

  private final BuildTally tally;
  private final Afterwards afterwards;
  private final Palette palette;

  Summary(BuildTally tally, Afterwards afterwards, Palette palette) {
    this.tally = tally;
    this.afterwards = afterwards;
    this.palette = palette;
  }

  List<String> lines(Instant now) {
    List<String> lines = new ArrayList<>();
    table(lines);
    lines.add(palette.strong("Total " + Took.text(tally.took(now))) + criticalPath());
    tally.failed().ifPresent(failed -> failure(failed, lines));
    tally.outcome().ifPresent(outcome -> end(outcome, lines));
    afterwards.log().ifPresent(log -> lines.add("Full log: " + log));
    return lines;
  }

  private void table(List<String> lines) {
    List<StepSpec> steps = tally.queued().plan().allSteps();
    int wide = steps.stream().mapToInt(step -> TerminalText.width(step.label())).max().orElse(0);
    for (StepSpec step : steps) {
      String gap = " ".repeat(wide - TerminalText.width(step.label()) + 2);
      lines.add(palette.step(step.index(), step.label()) + gap + result(step.index()));
    }
  }

  private String result(int step) {
    StepEnded ended = tally.ended().getOrDefault(step, tally.last().get(step));
    if (ended == null) {
      boolean begun = tally.running().containsKey(step);
      return "       - " + palette.faint(begun ? "did not end" : "not started");
    }
    return "%8s ".formatted(Took.text(ended.took()))
        + StepResult.of(ended).text(LONGEST_RESULT, palette)
        + (ended.attempts() > 1 ? palette.faint(", attempt " + ended.attempts()) : "")
        + (tally.isKept(step) ? palette.faint(", earlier") : "");
  }

  private String criticalPath() {
    List<Integer> path = tally.criticalPath();
    if (path.size() < 2) {
      return "";
    }
    Duration took = Duration.ZERO;
    for (StepEnded step : tally.ended().values()) {
      took = path.contains(step.step().index()) ? took.plus(step.took()) : took;
    }
    String steps = path.stream().map(step -> "#" + step).collect(Collectors.joining(" > "));
    return ", critical path " + Took.text(took) + ": " + steps;
  }

  private void failure(StepEnded failed, List<String> lines) {
    StepSpec step = failed.step();
    StepResult result = StepResult.of(failed);
    lines.add("");
    lines.add(palette.bad(step.label() + " failed: " + result.detail()));
    List<byte[]> tail = tally.tail(step.index());
    if (!tail.isEmpty()) {
      lines.add(tail.size() == 1 ? "Its last line:" : "Its last " + tail.size() + " lines:");
      for (byte[] line : tail) {
        lines.add("  | " + TerminalText.safe(line, TAIL_LINE_BYTES, palette));
      }
    }
  }

  private void end(BuildOutcome outcome, List<String> lines) {
    if (outcome.status() == Build.Status.SUCCESS) {
      return;
    }
    if (tally.failed().isEmpty()) {
      String detail = outcome.detail().isEmpty() ? "" : ": " + outcome.detail();
      lines.add(palette.bad("Build " + outcome.status() + detail));
    }
    lines.add("");
    afterwards.rerun().ifPresent(command -> lines.add("Run it again: " + command));
  }
}
