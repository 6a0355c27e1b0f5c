package dev.groundbuild.runner.plan;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.TimeSpan;
import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * When the steps of a build ran.
 *
 * @param from when the first step could start
 * @param spans of each step that ran, by index; empty when nothing was measured
 */
public record StepTimes(Instant from, Map<Integer, Span> spans) {
  /** Nothing was measured. */
  public static final StepTimes NONE = new StepTimes(Instant.EPOCH, Map.of());

  public StepTimes {
    spans = Map.copyOf(spans);
  }

  /** From when to when a step ran. */
  public record Span(Instant start, Instant end) {
    Duration took() {
      return Duration.between(start, end);
    }
  }

  /** What the record of a build says. */
  public static StepTimes of(Build record) {
    Map<Integer, Span> spans = new TreeMap<>();
    for (int i = 0; i < record.getStepsCount(); i++) {
      if (record.getSteps(i).hasTiming()) {
        TimeSpan timing = record.getSteps(i).getTiming();
        spans.put(i, new Span(instant(timing.getStartTime()), instant(timing.getEndTime())));
      }
    }
    Instant first =
        spans.values().stream().map(Span::start).min(Instant::compareTo).orElse(Instant.EPOCH);
    TimeSpan phase = record.getTimingOrDefault("BUILD", TimeSpan.getDefaultInstance());
    return new StepTimes(phase.hasStartTime() ? instant(phase.getStartTime()) : first, spans);
  }

  private static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  Optional<Span> span(int step) {
    return Optional.ofNullable(spans.get(step));
  }
}
