package dev.groundbuild.runner.publish;

import java.time.Duration;

/** How long to wait before the next attempt: twice as long each time, up to a limit. */
final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration LONGEST = Duration.ofSeconds(4);

  private Duration next = FIRST;

  Duration next() {
    Duration wait = next;
    next = wait.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : wait.multipliedBy(2);
    return wait;
  }

  void reset() {
    next = FIRST;
  }
}
