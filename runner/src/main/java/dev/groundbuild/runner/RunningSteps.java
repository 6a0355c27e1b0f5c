package dev.groundbuild.runner;

import dev.groundbuild.steps.BuildSite;
import dev.groundbuild.steps.Cleanup;
import dev.groundbuild.steps.ImageSource;
import dev.groundbuild.steps.SecretValues;
import dev.groundbuild.steps.StepLog;
import dev.groundbuild.steps.StepOutcome;
import dev.groundbuild.steps.StepRunner;
import dev.groundbuild.steps.StepSpec;
import dev.groundbuild.steps.engine.ContainerEngine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The steps of one build while they run. The build's own thread decides; each step has a virtual
 * thread, which reports to it through {@link #inbox}.
 */
final class RunningSteps {
  private final BuildRequest request;
  private final ContainerEngine engine;
  private final InstantSource clock;
  private final Company company;
  private final Cleanup cleanup;

  private final BlockingQueue<StepReport> inbox = new LinkedBlockingQueue<>();
  private final Deque<StepReport> postponed = new ArrayDeque<>();
  private final Holds holds = new Holds();
  private final Map<Integer, Started> running = new HashMap<>();
  private final Map<Integer, StepOutcome> outcomes = new TreeMap<>();
  private SecretValues secrets = SecretValues.NONE;
  private @Nullable StepSpec failed;
  private Companions.Present companions = Companions.Present.NOBODY;

  /** A step that runs, and since when. */
  private record Started(Instant at, Thread thread) {}

  /**
   * @param company whose log hides the secrets that are known
   * @param cleanup removes the containers; the build waits for it
   */
  RunningSteps(
      BuildRequest request,
      ContainerEngine engine,
      InstantSource clock,
      Company company,
      Cleanup cleanup) {
    this.request = request;
    this.engine = engine;
    this.clock = clock;
    this.company = company;
    this.cleanup = cleanup;
  }

  /** How each step that was started, now or in an earlier attempt, has ended so far. */
  Map<Integer, StepOutcome> outcomes() {
    return Collections.unmodifiableMap(outcomes);
  }

  /** The step whose failure ended the build. */
  Optional<StepSpec> failed() {
    return Optional.ofNullable(failed);
  }

  /** Before {@link #run}: who hears of the steps that succeed. */
  void accompany(Companions.Present present) {
    companions = present;
  }

  /**
   * Takes a line for the log from any thread; it is passed on while the steps run, or by {@link
   * #passOn}.
   */
  void said(String line) {
    inbox.add(new StepReport.Said(line));
  }

  /** A deadline, later by the time in which somebody looked at steps. */
  Deadline delayed(Deadline deadline) {
    return holds.delay(deadline);
  }

  /** Says which steps earlier attempts have done. */
  void tellWhatIsDone() {
    request
        .resumption()
        .done()
        .forEach((index, outcome) -> {
          StepSpec step = request.plan().steps().get(index);
          outcomes.put(index, outcome);
          boolean forgiven = !Verdict.succeeded(outcome);
          emit(new BuildEvent.StepKept(clock.instant(), step, outcome, forgiven));
        });
  }

  /**
   * Runs them to the end of the build's work, or until something ends the build.
   *
   * @param secrets the values of all secret variables
   */
  Ending run(BuildSite site, SecretValues secrets, Deadline deadline) {
    this.secrets = secrets;
    StepRunner runner =
        new StepRunner(
            engine,
            new ImageSource(engine, Thread::sleep, ThreadLocalRandom.current()::nextDouble),
            cleanup,
            clock,
            request.trace());
    BuildProgress progress = new BuildProgress(request.plan(), request.resumption());
    try {
      startReady(progress, runner, site);
      while (!running.isEmpty()) {
        Optional<Ending> ending = settle(nextReport(deadline), progress);
        if (ending.isPresent()) {
          return ending.get();
        }
        startReady(progress, runner, site);
      }
      return Ending.success();
    } catch (InterruptedException e) {
      return Ending.cancelled();
    } finally {
      stopRunning();
    }
  }

  private StepAttempts.Order order(StepSpec step, BuildSite site) {
    return new StepAttempts.Order(
        site, secrets.of(step), retries(step), company.intervention(), companions, company.log());
  }

  private StepRetries retries(StepSpec step) {
    return request.plan().retries().getOrDefault(step.index(), StepRetries.NONE);
  }

  /** The step with what earlier ones have given it. */
  private StepSpec withVariables(StepSpec step) {
    PassedOn passed = PassedOn.to(step, request.plan(), outcomes);
    for (String name : passed.unused()) {
      String text = name + " of an earlier step is not used: this step's config sets it";
      company
          .log()
          .line(step.index(), StepLog.Stream.RUNNER, text.getBytes(StandardCharsets.UTF_8), true);
    }
    return step.with(passed.variables());
  }

  private void startReady(BuildProgress progress, StepRunner runner, BuildSite site) {
    for (int index : progress.ready()) {
      StepSpec step = request.plan().steps().get(index);
      progress.started(index);
      Instant at = clock.instant();
      emit(new BuildEvent.StepStarted(at, step));
      StepSpec complete = withVariables(step);
      Thread thread =
          Thread.ofVirtual()
              .name("step-" + index)
              .unstarted(() ->
                  new StepAttempts(complete, order(step, site), clock, inbox::add)
                      .run(runner, cleanup));
      running.put(index, new Started(at, thread));
      thread.start();
    }
  }

  /**
   * While somebody looks at a step, the time stands still, and what would end the build waits: it
   * would take the step away from them.
   */
  private StepReport nextReport(Deadline deadline) throws InterruptedException {
    while (holds.any()) {
      StepReport report = inbox.take();
      if (!endsBuild(report)) {
        return report;
      }
      postponed.add(report);
    }
    if (!postponed.isEmpty()) {
      return postponed.remove();
    }
    StepReport report = inbox.poll(holds.delay(deadline).left().toNanos(), TimeUnit.NANOSECONDS);
    if (report == null) {
      throw new Deadline.Passed();
    }
    return report;
  }

  private boolean endsBuild(StepReport report) {
    return switch (report) {
      case StepReport.Broken _ -> true;
      case StepReport.Ended e -> !goesOn(e);
      case StepReport.Held _, StepReport.Released _, StepReport.Again _, StepReport.Said _ -> false;
    };
  }

  private boolean goesOn(StepReport.Ended ended) {
    return switch (ended.decision()) {
      case SKIP, FORGIVE -> true;
      case LEAVE, RETRY ->
          Verdict.succeeded(ended.outcome())
              || Verdict.forgiven(request.plan().steps().get(ended.step()), ended.outcome());
    };
  }

  private Optional<Ending> settle(StepReport report, BuildProgress progress) {
    return switch (report) {
      case StepReport.Said said -> {
        note(said.line());
        yield Optional.empty();
      }
      case StepReport.OfStep ofStep -> settle(ofStep, progress);
    };
  }

  /** Takes note of what a step's thread says; returns the build's end when this ends it. */
  private Optional<Ending> settle(StepReport.OfStep report, BuildProgress progress) {
    StepSpec step = request.plan().steps().get(report.step());
    switch (report) {
      case StepReport.Held held -> {
        holds.begin(held.step(), held.at());
        note(step.label() + " " + Intervening.ended(held.outcome()));
      }
      case StepReport.Released released -> {
        holds.end(released.step(), released.at());
        note(step.label() + " " + Intervening.decided(released.decision()));
      }
      case StepReport.Again again -> retried(step, again);
      case StepReport.Broken broken -> {
        record(broken);
        progress.failed(broken.step());
        failed = step;
        return Optional.of(Ending.internal(message(broken.cause())));
      }
      case StepReport.Ended ended -> {
        StepOutcome outcome = record(ended);
        if (!goesOn(ended)) {
          progress.failed(ended.step());
          failed = step;
          return Optional.of(Ending.stepFailed(step, outcome));
        }
        progress.done(ended.step());
      }
    }
    return Optional.empty();
  }

  private StepOutcome record(StepReport.Ended ended) {
    StepOutcome outcome =
        ended.decision() == Intervention.Decision.SKIP
            ? Verdict.doneByHand(ended.outcome())
            : ended.outcome();
    over(ended, started(ended.step()), outcome, ended.attempts(), goesOn(ended));
    return outcome;
  }

  private void record(StepReport.Broken broken) {
    Started started = started(broken.step());
    StepOutcome outcome = secrets.masked(Verdict.broken(started.at(), broken));
    over(broken, started, outcome, broken.attempts(), false);
  }

  private Started started(int step) {
    Started started = running.remove(step);
    if (started == null) {
      throw new IllegalStateException("step " + step + " ended twice");
    }
    return started;
  }

  private void retried(StepSpec step, StepReport.Again again) {
    int most = retries(step).count() + 1;
    emit(
        new BuildEvent.StepRetried(
            again.at(), step, again.attempt(), most, again.reason(), again.pause()));
  }

  private void over(
      StepReport.OfStep report,
      Started started,
      StepOutcome outcome,
      int attempts,
      boolean goesOn) {
    int step = report.step();
    outcomes.put(step, outcome);
    Instant now = clock.instant();
    Duration took = Duration.between(started.at(), report.at()).minus(holds.of(step));
    boolean forgiven = goesOn && !Verdict.succeeded(outcome);
    StepSpec spec = request.plan().steps().get(step);
    emit(new BuildEvent.StepEnded(now, spec, outcome, took, forgiven, attempts));
  }

  /**
   * Ends what still runs and waits for it. An interrupt can't hurry this: whoever insists ends the
   * process.
   */
  private void stopRunning() {
    running.values().forEach(started -> started.thread().interrupt());
    boolean interrupted = false;
    while (!running.isEmpty()) {
      try {
        switch (postponed.isEmpty() ? inbox.take() : postponed.remove()) {
          case StepReport.Said said -> note(said.line());
          case StepReport.Ended ended -> record(ended);
          case StepReport.Broken broken -> record(broken);
          case StepReport.Held held -> holds.begin(held.step(), held.at());
          case StepReport.Again again -> retried(request.plan().step(again.step()), again);
          case StepReport.Released released -> holds.end(released.step(), released.at());
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    passOn();
    if (interrupted) {
      note("still stopping the running steps");
    }
  }

  /** What was said while nobody listened. */
  void passOn() {
    List<StepReport> rest = new ArrayList<>();
    inbox.drainTo(rest);
    for (StepReport report : rest) {
      if (report instanceof StepReport.Said said) {
        note(said.line());
      }
    }
  }

  private void note(String text) {
    emit(new BuildEvent.Note(clock.instant(), false, text));
  }

  private void emit(BuildEvent event) {
    company.listener().on(event);
  }

  private static String message(Throwable e) {
    String message = e.getMessage();
    return message == null ? e.toString() : message;
  }
}
