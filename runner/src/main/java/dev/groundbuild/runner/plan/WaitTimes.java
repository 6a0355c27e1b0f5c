package dev.groundbuild.runner.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Divides the time that a step waited among the steps that it waited for. */
final class WaitTimes {
  private final StepTimes times;

  WaitTimes(StepTimes times) {
    this.times = times;
  }

  /** How much longer a step made another wait than all that had ended before it. */
  record Share(int step, Duration time) {}

  /**
   * In the order in which the steps ended; the shares add up to the time from the first step's
   * start to the last end among them.
   *
   * @param waits what a step waits for itself
   */
  List<Share> shares(Collection<Integer> waits) {
    List<Integer> ended =
        waits.stream()
            .filter(wait -> times.span(wait).isPresent())
            .sorted(Comparator.comparing(this::end).thenComparing(wait -> wait))
            .toList();
    List<Share> shares = new ArrayList<>();
    Instant from = times.from();
    for (int wait : ended) {
      Instant end = end(wait);
      if (end.isAfter(from)) {
        shares.add(new Share(wait, Duration.between(from, end)));
        from = end;
      }
    }
    return shares;
  }

  /** From the end of the last of the steps that it waits for to a step's own start. */
  Duration untilStart(int step, Collection<Integer> waits) {
    Instant ready =
        waits.stream()
            .filter(wait -> times.span(wait).isPresent())
            .map(this::end)
            .filter(times.from()::isBefore)
            .max(Comparator.naturalOrder())
            .orElse(times.from());
    Duration gap = Duration.between(ready, times.span(step).orElseThrow().start());
    return gap.isNegative() ? Duration.ZERO : gap;
  }

  private Instant end(int step) {
    return times.span(step).orElseThrow().end();
  }
}
