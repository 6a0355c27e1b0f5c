package dev.groundbuild.runner.console;

import java.time.Duration;

/** Writes durations for people. */
public final class Took {
  private Took() {}

  /** {@code 0.4s}, {@code 59.9s}, {@code 1m 05s}, {@code 2h 00m 07s}. */
  public static String text(Duration time) {
    long seconds = time.toSeconds();
    if (seconds < 60) {
      return seconds + "." + time.toMillisPart() / 100 + "s";
    }
    String tail = "%02dm %02ds".formatted(time.toMinutesPart(), time.toSecondsPart());
    return time.toHours() > 0 ? time.toHours() + "h " + tail : tail.replaceFirst("^0", "");
  }

  /** {@code 0:07}, {@code 12:34}, {@code 1:02:03}: for a clock that runs. */
  public static String clock(Duration time) {
    Duration passed = time.isNegative() ? Duration.ZERO : time;
    String tail = "%02d:%02d".formatted(passed.toMinutesPart(), passed.toSecondsPart());
    return passed.toHours() > 0
        ? passed.toHours() + ":" + tail
        : tail.startsWith("0") ? tail.substring(1) : tail;
  }
}
