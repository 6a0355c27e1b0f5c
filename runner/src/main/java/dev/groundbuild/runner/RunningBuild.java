package dev.groundbuild.runner;

import com.google.cloudbuild.v1.Build;
import com.google.protobuf.util.Durations;
import dev.groundbuild.runner.BuildEvent.Phase;
import dev.groundbuild.runner.BuildRequest.WorkspaceSource;
import dev.groundbuild.runner.BuildResource.Span;
import dev.groundbuild.steps.BuildSite;
import dev.groundbuild.steps.Cleanup;
import dev.groundbuild.steps.ImageSource;
import dev.groundbuild.steps.StepLog;
import dev.groundbuild.steps.StepOutcome;
import dev.groundbuild.steps.StepRunner;
import dev.groundbuild.steps.StepSpec;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.EngineException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One build while it runs. One thread decides: the one that calls {@link #run}. Steps run on
 * virtual threads of their own and report to it through {@link #inbox}.
 */
final class RunningBuild {
  private static final Duration CLEARING_LIMIT = Duration.ofSeconds(60);

  private final BuildRequest request;
  private final ContainerEngine engine;
  private final InstantSource clock;
  private final BuildListener listener;
  private final StepLog log;
  private final Cleanup cleanup;
  private final Intervention intervention;

  private final BlockingQueue<StepReport> inbox = new LinkedBlockingQueue<>();
  private final Deque<StepReport> postponed = new ArrayDeque<>();
  private final Holds holds = new Holds();
  private final Map<Integer, Started> running = new HashMap<>();
  private final Map<Integer, StepOutcome> outcomes = new TreeMap<>();
  private final Map<String, Span> phases = new LinkedHashMap<>();

  /** A step that runs, and since when. */
  private record Started(Instant at, Thread thread) {}

  RunningBuild(
      BuildRequest request,
      ContainerEngine engine,
      InstantSource clock,
      BuildListener listener,
      StepLog log,
      Intervention intervention) {
    this.request = request;
    this.engine = engine;
    this.clock = clock;
    this.listener = listener;
    this.log = log;
    this.intervention = intervention;
    this.cleanup = new Cleanup(engine);
  }

  BuildOutcome run() {
    Instant start = clock.instant();
    emit(new BuildEvent.Queued(start, request.build(), request.plan()));
    emit(new BuildEvent.Started(start));
    Deadline deadline = new Deadline(clock, start.plus(timeout()));
    BuildGround ground = new BuildGround(request, engine);
    tellWhatIsDone();
    Optional<Instant> kept = Optional.empty();
    Ending ending;
    try {
      ending = work(ground, deadline);
      kept = keptUntil(ground, ending);
    } finally {
      kept = clear(ground, kept);
    }
    Build.Builder build = request.build().toBuilder();
    if (!build.hasStartTime()) {
      build.setStartTime(BuildResource.timestamp(start));
    }
    Build finished =
        BuildResource.finished(build.build(), ending, outcomes, phases).toBuilder()
            .setFinishTime(BuildResource.timestamp(clock.instant()))
            .build();
    BuildOutcome outcome = new BuildOutcome(finished, outcomes, ending.detail(), kept);
    emit(new BuildEvent.Ended(clock.instant(), outcome));
    return outcome;
  }

  private void tellWhatIsDone() {
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

  private Optional<Instant> keptUntil(BuildGround ground, Ending ending) {
    boolean keep = request.keeping().after(ending.status() == Build.Status.SUCCESS);
    return keep && ground.isFilled()
        ? Optional.of(clock.instant().plus(request.keeping().time()))
        : Optional.empty();
  }

  private Ending work(BuildGround ground, Deadline deadline) {
    Ending ending;
    try {
      BuildSite site = setUp(ground, deadline);
      ending = during(Phase.BUILD, () -> runSteps(site, deadline));
      if (ending.status() == Build.Status.SUCCESS) {
        ending = holds.delay(deadline).within(this::checkImages);
      }
    } catch (CancellationException e) {
      ending = Ending.cancelled();
    } catch (Deadline.Passed e) {
      ending = Ending.timedOut(timeout());
    } catch (SourceException e) {
      ending = Ending.sourceFailed(message(e));
    } catch (EngineException e) {
      ending = Ending.internal(message(e));
    }
    return export(ground, ending);
  }

  private BuildSite setUp(BuildGround ground, Deadline deadline) {
    if (request.source() instanceof WorkspaceSource.Copied && !request.resumption().isAgain()) {
      return during(Phase.FETCHSOURCE, () -> deadline.within(() -> prepare(ground)));
    }
    return deadline.within(() -> prepare(ground));
  }

  /** Should this process be killed, its volumes are kept as if it had used all of its time. */
  private BuildSite prepare(BuildGround ground) {
    BuildSite site = ground.prepare(this::say);
    if (request.keeping().when() != Keeping.When.NEVER) {
      ground.keep(clock.instant().plus(timeout()).plus(request.keeping().time()));
    }
    return site;
  }

  private Ending runSteps(BuildSite site, Deadline deadline) {
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

  private void startReady(BuildProgress progress, StepRunner runner, BuildSite site) {
    for (int index : progress.ready()) {
      StepSpec step = request.plan().steps().get(index);
      progress.started(index);
      Instant at = clock.instant();
      emit(new BuildEvent.StepStarted(at, step));
      Thread thread =
          Thread.ofVirtual()
              .name("step-" + index)
              .unstarted(() ->
                  new StepAttempts(step, site, intervention, clock, inbox::add)
                      .run(runner, log, cleanup));
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
      case StepReport.Held _, StepReport.Released _ -> false;
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

  /** Takes note of what a step's thread says; returns the build's end when this ends it. */
  private Optional<Ending> settle(StepReport report, BuildProgress progress) {
    StepSpec step = request.plan().steps().get(report.step());
    switch (report) {
      case StepReport.Held held -> {
        holds.begin(held.step(), held.at());
        note(false, step.label() + " " + Intervening.ended(held.outcome()));
      }
      case StepReport.Released released -> {
        holds.end(released.step(), released.at());
        note(false, step.label() + " " + Intervening.decided(released.decision()));
      }
      case StepReport.Broken broken -> {
        record(broken);
        progress.failed(broken.step());
        return Optional.of(Ending.internal(message(broken.cause())));
      }
      case StepReport.Ended ended -> {
        StepOutcome outcome = record(ended);
        if (!goesOn(ended)) {
          progress.failed(ended.step());
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
    over(ended.step(), started(ended.step()), outcome, goesOn(ended));
    return outcome;
  }

  private void record(StepReport.Broken broken) {
    Started started = started(broken.step());
    over(broken.step(), started, brokenOutcome(started, broken.cause()), false);
  }

  private Started started(int step) {
    Started started = running.remove(step);
    if (started == null) {
      throw new IllegalStateException("step " + step + " ended twice");
    }
    return started;
  }

  private void over(int step, Started started, StepOutcome outcome, boolean goesOn) {
    outcomes.put(step, outcome);
    Instant now = clock.instant();
    Duration took = Duration.between(started.at(), now).minus(holds.of(step));
    boolean forgiven = goesOn && !Verdict.succeeded(outcome);
    StepSpec spec = request.plan().steps().get(step);
    emit(new BuildEvent.StepEnded(now, spec, outcome, took, forgiven));
  }

  private StepOutcome brokenOutcome(Started started, RuntimeException cause) {
    StepOutcome.Timing timing =
        new StepOutcome.Timing(started.at(), clock.instant(), Optional.empty());
    return cause instanceof CancellationException
        ? new StepOutcome.Cancelled(timing, Optional.empty())
        : new StepOutcome.NotStarted(timing, message(cause));
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
          case StepReport.Ended ended -> record(ended);
          case StepReport.Broken broken -> record(broken);
          case StepReport.Held _, StepReport.Released _ -> {}
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      note(false, "still stopping the running steps");
    }
  }

  private Ending checkImages() {
    List<String> missing =
        request.build().getImagesList().stream().filter(name -> !engine.hasImage(name)).toList();
    return missing.isEmpty() ? Ending.success() : Ending.imagesMissing(missing);
  }

  private Ending export(BuildGround ground, Ending ending) {
    Optional<String> problem;
    try {
      problem = ground.export();
    } catch (CancellationException e) {
      problem = Optional.of("stopped writing the workspace");
    }
    boolean cancelled = Thread.interrupted();
    if (problem.isEmpty()) {
      return ending;
    }
    if (ending.status() == Build.Status.SUCCESS) {
      return cancelled ? Ending.cancelled() : Ending.internal(problem.get());
    }
    note(true, problem.get());
    return ending;
  }

  /**
   * Clears on a thread and a time limit of its own. A cancelled build is cleared all the same:
   * whoever insists ends the process.
   */
  private Optional<Instant> clear(BuildGround ground, Optional<Instant> kept) {
    Deadline patience = new Deadline(clock, clock.instant().plus(CLEARING_LIMIT));
    try {
      return patience.withinWhatever(() -> {
        cleanup.awaitAll();
        kept.ifPresentOrElse(
            until -> {
              ground.keep(until);
              ground.clearAround();
            },
            ground::clear);
        return kept;
      });
    } catch (Deadline.Passed | EngineException e) {
      note(
          true,
          "could not remove everything that the build has made ("
              + message(e)
              + "); the next run, or groundbuild clean, will");
      return kept;
    }
  }

  private void say(String line) {
    note(false, line);
  }

  private <T> T during(Phase phase, Supplier<T> work) {
    Instant start = clock.instant();
    emit(new BuildEvent.PhaseStarted(start, phase));
    try {
      return work.get();
    } finally {
      Instant end = clock.instant();
      Instant first = BuildResource.begun(request.build(), phase.name()).orElse(start);
      phases.put(phase.name(), new Span(first, end));
      emit(new BuildEvent.PhaseEnded(end, phase));
    }
  }

  private Duration timeout() {
    return Duration.ofNanos(Durations.toNanos(request.build().getTimeout()));
  }

  private static String message(RuntimeException e) {
    String message = e.getMessage();
    return message == null ? e.toString() : message;
  }

  private void note(boolean warning, String text) {
    emit(new BuildEvent.Note(clock.instant(), warning, text));
  }

  private void emit(BuildEvent event) {
    listener.on(event);
  }
}
