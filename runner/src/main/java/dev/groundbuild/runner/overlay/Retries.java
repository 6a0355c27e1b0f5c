package dev.groundbuild.runner.overlay;

import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * When a failed step is run again.
 *
 * @param count of further attempts after the first, 1 to {@value #MOST}
 * @param onInfrastructure whether a failure of the engine or a registry, as against the step's own,
 *     is tried again
 * @param exitCodes the exit codes that are tried again
 * @param pause before each further attempt; may be zero
 */
public record Retries(int count, boolean onInfrastructure, Set<Integer> exitCodes, Duration pause) {
  /** Attempts beyond the first. */
  public static final int MOST = 10;

  /** Before the second attempt, when nothing else is said; twice as long before each later one. */
  public static final Duration PAUSE = Duration.ofSeconds(1);

  public Retries {
    exitCodes = Collections.unmodifiableSet(new TreeSet<>(exitCodes));
  }
}
