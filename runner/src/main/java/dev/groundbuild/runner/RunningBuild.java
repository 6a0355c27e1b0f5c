package dev.groundbuild.runner;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.Results;
import com.google.protobuf.util.Durations;
import dev.groundbuild.runner.BuildEvent.Phase;
import dev.groundbuild.runner.BuildRequest.WorkspaceSource;
import dev.groundbuild.runner.BuildResource.Span;
import dev.groundbuild.runner.Delivery.DeliveryException;
import dev.groundbuild.steps.BuildSite;
import dev.groundbuild.steps.Cleanup;
import dev.groundbuild.steps.StepSpec;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.EngineException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/**
 * One build while it runs: its ground, its phases, its end. One thread decides: the one that calls
 * {@link #run}.
 */
final class RunningBuild {
  private static final Duration CLEARING_LIMIT = Duration.ofSeconds(60);

  private final BuildRequest request;
  private final ContainerEngine engine;
  private final InstantSource clock;
  private final BuildListener listener;
  private final Cleanup cleanup;
  private final RunningSteps steps;
  private final Map<String, Span> phases = new LinkedHashMap<>();
  private Results delivered = Results.getDefaultInstance();

  RunningBuild(BuildRequest request, ContainerEngine engine, InstantSource clock, Company company) {
    this.request = request;
    this.engine = engine;
    this.clock = clock;
    this.listener = company.listener();
    this.cleanup = new Cleanup(engine);
    this.steps = new RunningSteps(request, engine, clock, company, cleanup);
  }

  BuildOutcome run() {
    Instant start = clock.instant();
    emit(new BuildEvent.Queued(start, request.build(), request.plan()));
    emit(new BuildEvent.Started(start));
    Deadline deadline = new Deadline(clock, start.plus(timeout()));
    BuildGround ground = new BuildGround(request, engine);
    steps.tellWhatIsDone();
    Optional<Instant> kept = Optional.empty();
    Ending ending = Ending.internal("Groundbuild itself failed");
    try {
      ending = work(ground, deadline);
    } finally {
      kept = clear(ground, keptUntil(ground, ending));
    }
    Build.Builder build = request.build().toBuilder();
    if (!build.hasStartTime()) {
      build.setStartTime(BuildResource.timestamp(start));
    }
    Build.Builder finished =
        BuildResource.finished(build.build(), ending, steps.outcomes(), phases).toBuilder()
            .setFinishTime(BuildResource.timestamp(clock.instant()));
    finished.getResultsBuilder().mergeFrom(delivered);
    BuildOutcome outcome =
        new BuildOutcome(finished.build(), steps.outcomes(), ending.detail(), kept);
    emit(new BuildEvent.Ended(clock.instant(), outcome));
    return outcome;
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
      Map<String, String> secrets = deadline.within(this::secrets);
      ending = during(Phase.BUILD, () -> steps.run(site, secrets, deadline));
      if (ending.status() == Build.Status.SUCCESS) {
        ending = deliver(ground, steps.delayed(deadline));
      }
    } catch (CancellationException e) {
      ending = Ending.cancelled();
    } catch (Deadline.Passed e) {
      ending = Ending.timedOut(timeout());
    } catch (SourceException e) {
      ending = Ending.sourceFailed(message(e));
    } catch (SecretException e) {
      ending = Ending.withoutSecrets(message(e));
    } catch (DeliveryException e) {
      delivered = e.delivered();
      ending = Ending.undelivered(e.type(), message(e));
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

  /** What the steps that still have to run want; nothing is asked for if that is nothing. */
  private Map<String, String> secrets() {
    Set<String> names = new TreeSet<>();
    for (StepSpec step : request.plan().steps()) {
      if (!request.resumption().countsAsDone(step.index())) {
        names.addAll(step.secretEnv());
      }
    }
    return names.isEmpty()
        ? Map.of()
        : request.surroundings().secrets().fetch(request.build(), names, this::say);
  }

  private Ending deliver(BuildGround ground, Deadline deadline) {
    Delivery delivery = request.surroundings().delivery();
    Delivery.Goods goods = new Delivery.Goods(request.build(), engine, ground::copyOut);
    Supplier<Results> work = () -> deadline.within(() -> delivery.deliver(goods, this::say));
    delivered = delivery.delivers(request.build()) ? during(Phase.PUSH, work) : work.get();
    return Ending.success();
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
              + "); groundbuild clean does, or the next run");
      return kept;
    } finally {
      ground.release();
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
