package dev.groundbuild.runner.artifact;

import dev.groundbuild.steps.ImageSource.Pause;
import dev.groundbuild.steps.engine.EngineException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Tries what may fail for a while. Cloud Build: up to 10 attempts; the pauses are those of its
 * pulls.
 *
 * @param random from 0 to 1, for the jitter
 */
public record Retries(Pause pause, DoubleSupplier random) {
  private static final int ATTEMPTS = 10;
  private static final double FIRST_WAIT_SECONDS = 0.5;
  private static final double GROWTH = 1.3;
  private static final double LONGEST_WAIT_SECONDS = 10;
  private static final double JITTER = 0.4;

  /** Whether another attempt may help after a failure of the engine. */
  static boolean mayHelp(RuntimeException e) {
    return e instanceof EngineException known && known.kind() == EngineException.Kind.FAILED;
  }

  /** What the first attempt gives that succeeds; throws what the last one throws. */
  <T> T of(Supplier<T> attempt, Predicate<RuntimeException> mayHelp, Consumer<String> say) {
    double wait = FIRST_WAIT_SECONDS;
    for (int left = ATTEMPTS - 1; ; left--) {
      try {
        return attempt.get();
      } catch (RuntimeException e) {
        if (left == 0 || !mayHelp.test(e)) {
          throw e;
        }
        say.accept(e.getMessage() + " (will try again, " + left + " times at most)");
      }
      await(wait);
      wait = Math.min(LONGEST_WAIT_SECONDS, wait * GROWTH);
    }
  }

  private void await(double seconds) {
    double wait = seconds * (1 - JITTER * random.getAsDouble());
    try {
      pause.sleep(Duration.ofMillis(Math.round(wait * 1000)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for another attempt");
    }
  }
}
