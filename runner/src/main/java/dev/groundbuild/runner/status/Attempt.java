package dev.groundbuild.runner.status;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.steps.StepOutcome;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One attempt at a build: the first is its run, each later one a resumption.
 *
 * @param number from 1
 * @param finish empty while it runs, and of one that was cut off
 * @param status WORKING while it runs, and of one that was cut off
 * @param ready whether the workspace was filled, so that another attempt can go on with it
 * @param steps what it ran to an end, by index
 */
public record Attempt(
    int number,
    Instant start,
    Optional<Instant> finish,
    Build.Status status,
    boolean ready,
    Map<Integer, Ran> steps) {

  /** How a step ended, and whether the build went on after it. */
  public record Ran(StepOutcome outcome, boolean done) {}

  public Attempt {
    steps = Collections.unmodifiableMap(new TreeMap<>(steps));
  }

  Attempt begun() {
    return new Attempt(number, start, finish, status, true, steps);
  }

  Attempt with(int step, Ran ran) {
    Map<Integer, Ran> more = new TreeMap<>(steps);
    more.put(step, ran);
    return new Attempt(number, start, finish, status, ready, more);
  }

  Attempt finished(Instant at, Build.Status ended) {
    return new Attempt(number, start, Optional.of(at), ended, ready, steps);
  }
}
