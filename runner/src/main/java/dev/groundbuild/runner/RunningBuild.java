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
import dev.groundbuild.steps.KnownSecrets;
import dev.groundbuild.steps.SecretValues;
import dev.groundbuild.steps.StepSpec;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.EngineException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One build while it runs: its ground, its phases, its end. One thread decides: the one that calls
 * {@link #run}.
 */
final class RunningBuild {
  private static final Duration CLEARING_LIMIT = Duration.ofSeconds(60);

  /** For what is kept for other builds; the build's own time may be over by then. */
  private static final Duration SAVING_LIMIT = Duration.ofMinutes(5);

  private final BuildRequest request;
  private final ContainerEngine engine;
  private final InstantSource clock;
  private final Company company;
  private final BuildListener listener;
  private final Cleanup cleanup;
  private final RunningSteps steps;
  private final Map<String, Span> phases = new LinkedHashMap<>();

  /** Filled by the thread that delivers; read when that is over, however it ended. */
  private final Results.Builder delivered = Results.newBuilder();

  private @Nullable BuildSite site;
  private boolean finished;

  /** Those of the secret variables, and those that steps are given on their way. */
  private final KnownSecrets known = new KnownSecrets();

  /** Set once, before the first step. */
  private SecretValues secrets = SecretValues.of(Map.of(), known);

  RunningBuild(BuildRequest request, ContainerEngine engine, InstantSource clock, Company company) {
    this.request = request;
    this.engine = engine;
    this.clock = clock;
    this.listener = event -> company.listener().on(masked(event));
    this.company = new Company(listener, known.over(company.log()), company.intervention());
    this.cleanup = new Cleanup(engine);
    this.steps = new RunningSteps(request, engine, clock, this.company, cleanup);
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
      ending = export(ground, work(ground, deadline)).masked(known.mask());
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
    finished.getResultsBuilder().mergeFrom(delivered.build());
    BuildOutcome outcome =
        new BuildOutcome(finished.build(), steps.outcomes(), ending.detail(), kept);
    steps.passOn();
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
    Ending ending =
        concluded(() -> {
          BuildSite laid = setUp(ground, deadline);
          site = laid;
          secrets = deadline.within(this::secrets);
          tellWhatIsShown();
          return beside(
              laid, deadline, () -> finishing(concluded(() -> built(ground, laid, deadline))));
        });
    return finishing(ending);
  }

  /** What a part of the work has come to, whatever it has thrown. */
  private Ending concluded(Supplier<Ending> part) {
    try {
      return part.get();
    } catch (CancellationException e) {
      return Ending.cancelled();
    } catch (Deadline.Passed e) {
      return Ending.timedOut(timeout());
    } catch (SourceException e) {
      return Ending.sourceFailed(message(e));
    } catch (Companions.CompanionException e) {
      return Ending.withoutCompanions(message(e));
    } catch (SecretException e) {
      return Ending.withoutSecrets(message(e));
    } catch (DeliveryException e) {
      return Ending.undelivered(e.type(), message(e));
    } catch (EngineException e) {
      return Ending.internal(message(e));
    }
  }

  private void tellWhatIsShown() {
    secrets
        .shown()
        .forEach(
            name -> note(true, "the value of " + name + " is too short to be hidden in the log"));
  }

  private Ending built(BuildGround ground, BuildSite laid, Deadline deadline) {
    Ending ending = during(Phase.BUILD, () -> steps.run(laid, secrets, deadline));
    return ending.status() == Build.Status.SUCCESS
        ? deliver(ground, steps.delayed(deadline))
        : ending;
  }

  /**
   * What runs however the build ended, once: beside the companions, or, when it did not get as far
   * as these, without them. A build without a workspace has nothing for it to run in.
   */
  private Ending finishing(Ending ending) {
    BuildSite laid = site;
    if (finished || request.plan().last().isEmpty()) {
      return ending;
    }
    finished = true;
    if (laid == null) {
      note(true, "the finally steps were left out: the build has got no workspace");
      return ending;
    }
    return new RunningFinally(request, engine, clock, company, cleanup)
        .run(laid, new RunningFinally.Before(ending, steps.failed(), steps.outcomes(), secrets));
  }

  /** Does the build's work while its companions are there. */
  private Ending beside(BuildSite site, Deadline deadline, Supplier<Ending> work) {
    Companions.Stage stage =
        new Companions.Stage(
            request.build(), engine, site, request.resumption().isAgain(), company.log());
    Companions.Present present =
        deadline.within(() -> request.surroundings().companions().join(stage));
    steps.accompany(present);
    boolean succeeded = false;
    try {
      Ending ending = work.get();
      succeeded = ending.status() == Build.Status.SUCCESS;
      return ending;
    } finally {
      leave(present, succeeded);
    }
  }

  /** What a build leaves for others is worth no failure of its own. */
  private void leave(Companions.Present present, boolean succeeded) {
    if (!succeeded) {
      present.leave(false, this::say);
      return;
    }
    try {
      new Deadline(clock, clock.instant().plus(SAVING_LIMIT))
          .within(() -> {
            present.leave(true, this::say);
            return true;
          });
    } catch (CancellationException e) {
      note(true, "not everything could be kept for the next build: cancelled");
    } catch (Deadline.Passed | EngineException e) {
      note(true, "not everything could be kept for the next build: " + message(e));
    }
  }

  private BuildSite setUp(BuildGround ground, Deadline deadline) {
    if (request.source() instanceof WorkspaceSource.Copied && !request.resumption().isAgain()) {
      return during(Phase.FETCHSOURCE, () -> deadline.within(() -> prepare(ground)));
    }
    return deadline.within(() -> prepare(ground));
  }

  /** Should this process be killed, its volumes are kept as if it had used all of its time. */
  private BuildSite prepare(BuildGround ground) {
    BuildSite site = ground.prepare(this::say, witness());
    if (request.keeping().when() != Keeping.When.NEVER) {
      ground.keep(clock.instant().plus(timeout()).plus(request.keeping().time()));
    }
    return site;
  }

  /** What the steps that still have to run want; nothing is asked for if that is nothing. */
  private SecretValues secrets() {
    Set<String> names = new TreeSet<>();
    for (StepSpec step : request.plan().allSteps()) {
      if (!request.resumption().countsAsDone(step.index())) {
        names.addAll(step.secretEnv());
      }
    }
    return names.isEmpty()
        ? secrets
        : SecretValues.of(
            request.surroundings().secrets().fetch(request.build(), names, this::say), known);
  }

  private Ending deliver(BuildGround ground, Deadline deadline) {
    Delivery delivery = request.surroundings().delivery();
    Delivery.Goods goods =
        new Delivery.Goods(request.build(), engine, ground::copyOut, delivered::mergeFrom);
    Supplier<Ending> work =
        () ->
            deadline.within(() -> {
              delivery.deliver(goods, this::say);
              return Ending.success();
            });
    return delivery.delivers(request.build()) ? during(Phase.PUSH, work) : work.get();
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
    ground.leave();
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

  private Identity.Witness witness() {
    return new Identity.Witness() {
      @Override
      public void say(String line) {
        steps.said(line);
      }

      @Override
      public void secret(String value) {
        known.add(List.of(value));
      }
    };
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

  private BuildEvent masked(BuildEvent event) {
    return event instanceof BuildEvent.Note note
        ? new BuildEvent.Note(note.at(), note.warning(), known.mask().text(note.text()))
        : event;
  }

  private void emit(BuildEvent event) {
    listener.on(event);
  }
}
