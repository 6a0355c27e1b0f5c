package dev.groundbuild.runner;

import dev.groundbuild.runner.Intervention.Decision;
import dev.groundbuild.steps.BuildSite;
import dev.groundbuild.steps.Cleanup;
import dev.groundbuild.steps.SecretValues;
import dev.groundbuild.steps.StepAftermath;
import dev.groundbuild.steps.StepContainer;
import dev.groundbuild.steps.StepLog;
import dev.groundbuild.steps.StepOutcome;
import dev.groundbuild.steps.StepRunner;
import dev.groundbuild.steps.StepSpec;
import java.time.InstantSource;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/** Runs a step as often as somebody wants it to be run. Used once, by the step's own thread. */
final class StepAttempts implements StepAftermath {
  private final StepSpec step;
  private final BuildSite site;
  private final SecretValues secrets;
  private final Intervention intervention;
  private final InstantSource clock;
  private final Consumer<StepReport> inbox;
  private Decision decision = Decision.LEAVE;

  StepAttempts(
      StepSpec step,
      BuildSite site,
      SecretValues secrets,
      Intervention intervention,
      InstantSource clock,
      Consumer<StepReport> inbox) {
    this.step = step;
    this.site = site;
    this.secrets = secrets;
    this.intervention = intervention;
    this.clock = clock;
    this.inbox = inbox;
  }

  /** Runs it to its last end, and reports that. */
  void run(StepRunner runner, StepLog log, Cleanup cleanup) {
    try {
      StepOutcome outcome = runner.run(step, site, secrets.byName(), log, this);
      while (decision == Decision.RETRY) {
        decision = Decision.LEAVE;
        // The next container has the same name.
        cleanup.await(StepContainer.name(step, site));
        outcome = runner.run(step, site, secrets.byName(), log, this);
      }
      inbox.accept(
          new StepReport.Ended(step.index(), clock.instant(), secrets.masked(outcome), decision));
    } catch (InterruptedException e) {
      broken(new CancellationException("between two attempts"));
    } catch (RuntimeException | Error e) {
      // Whatever it is, the build waits for a word.
      broken(e);
    }
  }

  private void broken(Throwable cause) {
    inbox.accept(new StepReport.Broken(step.index(), clock.instant(), cause));
  }

  @Override
  public void ended(String container, StepOutcome ownOutcome) {
    StepOutcome outcome = secrets.masked(ownOutcome);
    boolean endsBuild = !Verdict.succeeded(outcome) && !Verdict.forgiven(step, outcome);
    Intervention.Ended ended =
        new Intervention.Ended(step, outcome, endsBuild, site, container, secrets);
    if (!intervention.wants(ended)) {
      return;
    }
    inbox.accept(new StepReport.Held(step.index(), clock.instant(), outcome));
    try {
      decision = intervention.decide(ended);
    } finally {
      if (Thread.currentThread().isInterrupted()) {
        decision = Decision.LEAVE;
      }
      inbox.accept(new StepReport.Released(step.index(), clock.instant(), decision));
    }
  }
}
