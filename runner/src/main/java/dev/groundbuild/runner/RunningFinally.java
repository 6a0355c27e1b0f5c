package dev.groundbuild.runner;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.steps.BuildSite;
import dev.groundbuild.steps.Cleanup;
import dev.groundbuild.steps.ImageSource;
import dev.groundbuild.steps.SecretValues;
import dev.groundbuild.steps.StepAftermath;
import dev.groundbuild.steps.StepOutcome;
import dev.groundbuild.steps.StepRunner;
import dev.groundbuild.steps.StepSpec;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.EngineException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The steps that run however a build ended, while they run: one after another, on a time limit of
 * their own, whatever became of the one before.
 */
final class RunningFinally {
  private static final String STATUS = "GROUNDBUILD_STATUS";
  private static final String FAILED_STEP = "GROUNDBUILD_FAILED_STEP";

  private final BuildRequest request;
  private final InstantSource clock;
  private final Company company;
  private final StepRunner runner;
  private final List<String> problems = new ArrayList<>();

  /**
   * What the build has come to before these.
   *
   * @param failed the step whose failure ended it
   * @param outcomes of its steps
   * @param secrets the values that were fetched
   */
  record Before(
      Ending ending,
      Optional<StepSpec> failed,
      Map<Integer, StepOutcome> outcomes,
      SecretValues secrets) {}

  RunningFinally(
      BuildRequest request,
      ContainerEngine engine,
      InstantSource clock,
      Company company,
      Cleanup cleanup) {
    this.request = request;
    this.clock = clock;
    this.company = company;
    this.runner =
        new StepRunner(
            engine,
            new ImageSource(engine, Thread::sleep, ThreadLocalRandom.current()::nextDouble),
            cleanup,
            clock,
            request.trace());
  }

  /**
   * Runs them all; an interrupt ends them. A build that has failed stays as it is; one that had
   * succeeded until now fails when one of these does, and is cancelled when they are.
   */
  Ending run(BuildSite site, Before before) {
    FinallySteps last = request.plan().last();
    Deadline deadline = new Deadline(clock, clock.instant().plus(last.limit()));
    emit(new BuildEvent.FinallyBegun(clock.instant(), before.ending().status()));
    boolean cancelled = false;
    try {
      for (StepSpec step : last.steps()) {
        run(step, site, before, deadline);
      }
    } catch (CancellationException e) {
      cancelled = true;
      problems.add("the finally steps were cancelled");
    } catch (Deadline.Passed e) {
      problems.add(
          "the finally steps did not end within their %ds".formatted(last.limit().toSeconds()));
    }
    return ending(before.ending(), cancelled);
  }

  private Ending ending(Ending before, boolean cancelled) {
    if (problems.isEmpty()) {
      return before;
    }
    if (before.status() == Build.Status.SUCCESS) {
      return cancelled ? Ending.cancelled() : Ending.finallyFailed(String.join("; ", problems));
    }
    problems.forEach(problem -> emit(new BuildEvent.Note(clock.instant(), true, problem)));
    return before;
  }

  private void run(StepSpec step, BuildSite site, Before before, Deadline deadline) {
    Instant start = clock.instant();
    emit(new BuildEvent.FinallyStarted(start, step));
    StepOutcome outcome = new StepOutcome.Cancelled(timing(start), Optional.empty());
    try {
      SecretValues secrets = before.secrets().only(step.secretEnv());
      StepSpec complete = complete(step, before);
      outcome =
          secrets.names().containsAll(step.secretEnv())
              ? deadline.within(() ->
                  runner.run(
                      complete,
                      site,
                      before.secrets().of(complete).byName(),
                      company.log(),
                      StepAftermath.NONE))
              : new StepOutcome.NotStarted(
                  timing(start), "the build ended before its secrets were fetched");
    } catch (EngineException e) {
      outcome = new StepOutcome.NotStarted(timing(start), String.valueOf(e.getMessage()));
    } finally {
      Duration took = Duration.between(start, clock.instant());
      StepOutcome shown = before.secrets().masked(outcome);
      emit(new BuildEvent.FinallyEnded(clock.instant(), step, shown, took));
    }
    if (!Verdict.succeeded(outcome) && !Verdict.forgiven(step, outcome)) {
      problems.add(
          "finally step %s failed: %s"
              .formatted(
                  step.id().map(id -> "\"" + id + "\"").orElse(number(step)),
                  Ending.reason(step, outcome)));
    }
  }

  private String number(StepSpec step) {
    return "#" + (step.index() - request.plan().steps().size());
  }

  private StepOutcome.Timing timing(Instant start) {
    return new StepOutcome.Timing(start, clock.instant(), Optional.empty());
  }

  /** With the variables of every step that was over, and what has become of the build. */
  private StepSpec complete(StepSpec step, Before before) {
    Map<String, String> variables =
        new TreeMap<>(PassedOn.to(step, before.outcomes().keySet(), before.outcomes()).variables());
    variables.put(STATUS, before.ending().status().name());
    variables.put(
        FAILED_STEP,
        before.failed().map(s -> s.id().orElse(Integer.toString(s.index()))).orElse(""));
    return step.with(variables);
  }

  private void emit(BuildEvent event) {
    company.listener().on(event);
  }
}
