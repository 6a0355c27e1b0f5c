package dev.groundbuild.runner;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import com.google.cloudbuild.v1.Results;
import com.google.cloudbuild.v1.TimeSpan;
import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.groundbuild.runner.config.Problem;
import dev.groundbuild.steps.StepOutcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes what happened into Google's message, as Cloud Build returns a build. */
final class BuildResource {
  private BuildResource() {}

  /** When a phase of a build began and ended. */
  record Span(Instant start, Instant end) {}

  static Build queued(
      Build build,
      String id,
      String project,
      String location,
      Instant now,
      List<Problem> warnings) {
    Build.Builder queued =
        build.toBuilder()
            .setId(id)
            .setProjectId(project)
            .setName("projects/" + project + "/locations/" + location + "/builds/" + id)
            .setStatus(Build.Status.QUEUED)
            .setCreateTime(timestamp(now));
    for (Problem warning : warnings) {
      queued.addWarnings(
          Build.Warning.newBuilder()
              .setText(warning.toString())
              .setPriority(Build.Warning.Priority.WARNING));
    }
    return queued.build();
  }

  static Build finished(
      Build build, Ending ending, Map<Integer, StepOutcome> outcomes, Map<String, Span> phases) {
    Build.Builder b = build.toBuilder().setStatus(ending.status());
    for (int i = 0; i < b.getStepsCount(); i++) {
      StepOutcome outcome = outcomes.get(i);
      b.setSteps(
          i, outcome == null ? untouched(b.getSteps(i)) : step(b.getSteps(i), outcome, ending));
    }
    b.setResults(results(b.getStepsCount(), outcomes, b.getResults()));
    phases.forEach((phase, span) -> b.putTiming(phase, span(span.start(), span.end())));
    if (!ending.detail().isEmpty()) {
      b.setStatusDetail(ending.detail());
    }
    ending.failure().ifPresent(b::setFailureInfo);
    return b.build();
  }

  private static BuildStep untouched(BuildStep step) {
    return step.toBuilder().setStatus(Build.Status.QUEUED).build();
  }

  private static BuildStep step(BuildStep step, StepOutcome outcome, Ending ending) {
    BuildStep.Builder s = step.toBuilder().setStatus(status(outcome, ending));
    if (outcome instanceof StepOutcome.Exited exited) {
      s.setExitCode(exited.code());
    }
    StepOutcome.Timing timing = outcome.timing();
    s.setTiming(span(timing.start(), timing.end()));
    timing.pullEnd().ifPresent(end -> s.setPullTiming(span(timing.start(), end)));
    return s.build();
  }

  /**
   * Cloud Build: siblings of a failed step become CANCELLED. When the build's own time is over, a
   * step that was running becomes TIMEOUT (what the service does is unverified).
   */
  static Build.Status status(StepOutcome outcome, Ending ending) {
    return switch (outcome) {
      case StepOutcome.Exited e -> e.code() == 0 ? Build.Status.SUCCESS : Build.Status.FAILURE;
      case StepOutcome.TimedOut t -> Build.Status.TIMEOUT;
      case StepOutcome.Cancelled c ->
          ending.status() == Build.Status.TIMEOUT ? Build.Status.TIMEOUT : Build.Status.CANCELLED;
      case StepOutcome.NotStarted n -> Build.Status.FAILURE;
    };
  }

  private static Results results(int steps, Map<Integer, StepOutcome> outcomes, Results known) {
    Results.Builder results = known.toBuilder().clearBuildStepImages().clearBuildStepOutputs();
    boolean anyOutput = false;
    for (int i = 0; i < steps; i++) {
      StepOutcome outcome = outcomes.get(i);
      results.addBuildStepImages(
          Optional.ofNullable(outcome).flatMap(StepOutcome::digest).orElse(""));
      byte[] output = outcome instanceof StepOutcome.Exited e ? e.output() : new byte[0];
      anyOutput |= output.length > 0;
      results.addBuildStepOutputs(ByteString.copyFrom(output));
    }
    return anyOutput ? results.build() : results.clearBuildStepOutputs().build();
  }

  /** When an earlier attempt began with a phase. */
  static Optional<Instant> begun(Build build, String phase) {
    TimeSpan span = build.getTimingMap().get(phase);
    return Optional.ofNullable(span)
        .map(TimeSpan::getStartTime)
        .map(t -> Instant.ofEpochSecond(t.getSeconds(), t.getNanos()));
  }

  static TimeSpan span(Instant start, Instant end) {
    return TimeSpan.newBuilder().setStartTime(timestamp(start)).setEndTime(timestamp(end)).build();
  }

  static Timestamp timestamp(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }
}
