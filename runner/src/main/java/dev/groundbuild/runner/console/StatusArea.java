package dev.groundbuild.runner.console;

import dev.groundbuild.runner.BuildEvent.StepStarted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The lines below the log: a head line, and one for each running step as far as there is room. */
final class StatusArea {
  /** Rows left to the log at the least. */
  private static final int ROWS_FOR_LOG = 6;

  private final BuildTally tally;
  private final Palette palette;
  private final Map<Integer, String> lasts = new HashMap<>();

  StatusArea(BuildTally tally, Palette palette) {
    this.tally = tally;
    this.palette = palette;
  }

  /** What a step said or did last. */
  void last(int step, String text) {
    lasts.put(step, text);
  }

  void forget(int step) {
    lasts.remove(step);
  }

  List<String> lines(Instant now, Size size) {
    if (!tally.hasBegun() || tally.outcome().isPresent()) {
      return List.of();
    }
    int columns = size.columns() - 1;
    List<StepStarted> running = List.copyOf(tally.running().values());
    int room = Math.max(1, size.rows() - ROWS_FOR_LOG - 1);
    int shown = running.size() <= room ? running.size() : room - 1;
    List<String> lines = new ArrayList<>();
    lines.add(TerminalText.shorten(head(now), columns));
    for (StepStarted step : running.subList(0, shown)) {
      lines.add(TerminalText.shorten(line(step, now), columns));
    }
    if (shown < running.size()) {
      String more = "  ... and " + (running.size() - shown) + " more";
      lines.add(TerminalText.shorten(palette.faint(more), columns));
    }
    return lines;
  }

  private String head(Instant now) {
    return palette.strong("Build " + Took.clock(tally.took(now)))
        + palette.faint(
            "  %d running, %d finished, %d waiting"
                .formatted(tally.running().size(), tally.ended().size(), tally.waiting()));
  }

  private String line(StepStarted step, Instant now) {
    int index = step.step().index();
    String last = lasts.getOrDefault(index, "");
    return "  "
        + palette.step(index, step.step().label())
        + " "
        + Took.clock(Duration.between(step.at(), now))
        + (last.isEmpty() ? "" : "  " + last);
  }
}
