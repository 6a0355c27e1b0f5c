package dev.groundbuild.runner;

import dev.groundbuild.steps.StepOutcome;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * When a step that failed is run again. Google Cloud Build has no such thing.
 *
 * @param count of further attempts after the first
 * @param infrastructure whether a step is run again that the engine or a registry failed
 * @param exitCodes the exit codes of its own that it is run again after
 * @param pause before the second attempt; before each later one it is twice as long, but no longer
 *     than {@link #LONGEST_PAUSE}, or than this
 */
public record StepRetries(
    int count, boolean infrastructure, Set<Integer> exitCodes, Duration pause) {
  public static final StepRetries NONE = new StepRetries(0, false, Set.of(), Duration.ZERO);

  static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  public StepRetries {
    exitCodes = Collections.unmodifiableSet(new TreeSet<>(exitCodes));
  }

  /**
   * Why a step is to be run again; empty if it is not.
   *
   * @param attempt that has ended, from 1
   */
  Optional<String> why(int attempt, StepOutcome outcome) {
    if (attempt > count) {
      return Optional.empty();
    }
    return switch (outcome) {
      case StepOutcome.Exited e when exitCodes.contains(e.code()) ->
          Optional.of("exit code " + e.code());
      case StepOutcome.NotStarted n when infrastructure -> Optional.of(n.reason());
      case StepOutcome.Exited _,
          StepOutcome.NotStarted _,
          StepOutcome.TimedOut _,
          StepOutcome.Cancelled _ ->
          Optional.empty();
    };
  }

  /** The same when the engine has failed. */
  Optional<String> why(int attempt, RuntimeException fault) {
    boolean again = infrastructure && attempt <= count;
    return again ? Optional.of(String.valueOf(fault.getMessage())) : Optional.empty();
  }

  /**
   * @param attempt that has ended, from 1
   */
  Duration pauseAfter(int attempt) {
    Duration longest = pause.compareTo(LONGEST_PAUSE) > 0 ? pause : LONGEST_PAUSE;
    Duration doubled = pause.multipliedBy(1L << Math.min(attempt - 1, 20));
    return doubled.compareTo(longest) > 0 ? longest : doubled;
  }
}
