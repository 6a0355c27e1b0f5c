package dev.groundbuild.runner.fetch;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When a download is tried again.
 *
 * @param most tries after the first
 * @param first about how long to wait before the first of them; then twice as long each time
 */
public record Retries(int most, Duration first, Pause pause) {
  /** Nobody waits longer than this, whatever a server asks for. */
  static final Duration LONGEST = Duration.ofMinutes(1);

  /** Lets time pass. */
  public interface Pause {
    void of(Duration time) throws InterruptedException;
  }

  public static Retries usual(int most) {
    return new Retries(most, Duration.ofMillis(500), Thread::sleep);
  }

  /**
   * Many downloads that one server turned away must not come back all at once.
   *
   * @param done how many tries again there were
   */
  Duration before(int done, Duration atLeast) {
    double spread = 0.75 + ThreadLocalRandom.current().nextDouble() / 2;
    double millis = first.toMillis() * Math.pow(2, Math.min(done, 20)) * spread;
    Duration wished = Duration.ofMillis((long) millis);
    Duration own = wished.compareTo(LONGEST) > 0 ? LONGEST : wished;
    return own.compareTo(atLeast) > 0 ? own : atLeast;
  }
}
