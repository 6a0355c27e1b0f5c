package dev.groundbuild.runner;

import dev.groundbuild.runner.Intervention.Decision;
import dev.groundbuild.steps.BuildSite;
import dev.groundbuild.steps.Cleanup;
import dev.groundbuild.steps.SecretValues;
import dev.groundbuild.steps.StepAftermath;
import dev.groundbuild.steps.StepContainer;
import dev.groundbuild.steps.StepLog;
import dev.groundbuild.steps.StepOutcome;
import dev.groundbuild.steps.StepOutcome.Timing;
import dev.groundbuild.steps.StepRunner;
import dev.groundbuild.steps.StepSpec;
import dev.groundbuild.steps.engine.EngineException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a step as often as it is to be run: again after some failures, and again when somebody who
 * looks at it says so. Used once, by the step's own thread.
 */
final class StepAttempts implements StepAftermath {
  private final StepSpec step;
  private final Order order;
  private final InstantSource clock;
  private final Consumer<StepReport> inbox;
  private Decision decision = Decision.LEAVE;
  private int attempts;

  /** Of those that count: somebody who wants the step to be run again begins anew. */
  private int counted;

  private @Nullable Timing first;

  /**
   * How a step is to be run.
   *
   * @param secrets values of the step's secret variables
   */
  record Order(
      BuildSite site,
      SecretValues secrets,
      StepRetries retries,
      Intervention intervention,
      Companions.Present companions,
      StepLog log) {}

  StepAttempts(StepSpec step, Order order, InstantSource clock, Consumer<StepReport> inbox) {
    this.step = step;
    this.order = order;
    this.clock = clock;
    this.inbox = inbox;
  }

  /** Runs it to its last end, and reports that. */
  void run(StepRunner runner, Cleanup cleanup) {
    try {
      Optional<StepOutcome> outcome = attempt(runner);
      while (outcome.isEmpty()) {
        // The next container has the same name.
        cleanup.await(StepContainer.name(step, order.site()));
        outcome = attempt(runner);
      }
      for (String name : order.secrets().unpassable(outcome.get())) {
        say(
            "%s is not passed on: a secret is in its value; give the secret to the steps that need it, in"
                    .formatted(name)
                + " secretEnv");
      }
      StepOutcome last = order.secrets().masked(outcome.get());
      inbox.accept(new StepReport.Ended(step.index(), clock.instant(), last, decision, attempts));
    } catch (InterruptedException e) {
      broken(new CancellationException("between two attempts"));
    } catch (RuntimeException | Error e) {
      // Whatever it is, the build waits for a word.
      broken(e);
    }
  }

  /** What was to be done with a step that had ended well has failed: not the step. */
  private static final class AfterSuccess extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AfterSuccess(EngineException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** Empty when there is to be another. */
  private Optional<StepOutcome> attempt(StepRunner runner) throws InterruptedException {
    decision = Decision.LEAVE;
    attempts++;
    counted++;
    Instant start = clock.instant();
    StepOutcome outcome;
    try {
      outcome = runner.run(step, order.site(), order.secrets().byName(), order.log(), this);
    } catch (EngineException e) {
      Optional<String> why = order.retries().why(counted, e);
      if (why.isEmpty()) {
        throw e;
      }
      begun(new Timing(start, clock.instant(), Optional.empty()));
      pause(why.get());
      return Optional.empty();
    }
    if (decision == Decision.RETRY) {
      counted = 0;
      first = null;
      return Optional.empty();
    }
    Optional<String> why = order.retries().why(counted, outcome);
    if (why.isPresent()) {
      begun(outcome.timing());
      pause(why.get());
      return Optional.empty();
    }
    return Optional.of(first == null ? outcome : Verdict.since(first, outcome));
  }

  private void begun(Timing timing) {
    first = first == null ? timing : Verdict.since(first, timing);
  }

  private void pause(String reason) throws InterruptedException {
    String why = order.secrets().mask().text(reason);
    Duration pause = order.retries().pauseAfter(counted);
    String when = pause.isZero() ? "" : " in " + pause.toMillis() / 1000.0 + "s";
    say(
        "attempt %d of %d failed: %s; the step is run again%s"
            .formatted(counted, order.retries().count() + 1, why, when));
    inbox.accept(new StepReport.Again(step.index(), clock.instant(), counted, why, pause));
    Thread.sleep(pause);
  }

  private void say(String text) {
    byte[] line = text.getBytes(StandardCharsets.UTF_8);
    order.log().line(step.index(), StepLog.Stream.RUNNER, line, true);
  }

  private void broken(Throwable cause) {
    inbox.accept(new StepReport.Broken(step.index(), clock.instant(), cause, attempts));
  }

  @Override
  public void ended(String container, StepOutcome ownOutcome) {
    StepOutcome outcome = order.secrets().masked(ownOutcome);
    if (order.retries().why(counted, outcome).isPresent()) {
      return;
    }
    if (Verdict.succeeded(outcome)) {
      try {
        order.companions().stepSucceeded(step, container);
      } catch (EngineException e) {
        throw new AfterSuccess(e);
      }
    }
    boolean endsBuild = !Verdict.succeeded(outcome) && !Verdict.forgiven(step, outcome);
    Intervention.Ended ended =
        new Intervention.Ended(step, outcome, endsBuild, order.site(), container, order.secrets());
    if (!order.intervention().wants(ended)) {
      return;
    }
    inbox.accept(new StepReport.Held(step.index(), clock.instant(), outcome));
    try {
      decision = order.intervention().decide(ended);
    } finally {
      if (Thread.currentThread().isInterrupted()) {
        decision = Decision.LEAVE;
      }
      inbox.accept(new StepReport.Released(step.index(), clock.instant(), decision));
    }
  }
}
