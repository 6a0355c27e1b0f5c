package dev.groundbuild.runner.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.BuildEvent;
import dev.groundbuild.runner.BuildEvent.Phase;
import dev.groundbuild.runner.BuildOutcome;
import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.steps.StepLog.Stream;
import dev.groundbuild.steps.StepOutcome;
import dev.groundbuild.steps.StepSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Plays builds into a log, as the runner would, with a clock that moves only when told to. */
final class Stage implements InstantSource {
  static final String BUILD = "0f8e2c1a-0000-4000-8000-000000000001";

  private final Map<Integer, Instant> since = new HashMap<>();
  private final List<StepSpec> steps = new ArrayList<>();
  private final List<Set<Integer>> waitFor = new ArrayList<>();
  private Instant now = Instant.parse("2026-03-04T05:06:07Z");
  private BuildLog log = new BuildLog(List.of(), this);

  @Override
  public Instant instant() {
    return now;
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  /** An empty id is none. */
  Stage step(String id, Integer... waitsFor) {
    steps.add(
        new StepSpec(
            steps.size(),
            id.isEmpty() ? Optional.empty() : Optional.of(id),
            "busybox",
            null,
            List.of(),
            null,
            new TreeMap<>(),
            Set.of(),
            "/workspace",
            List.of(),
            Optional.empty(),
            false,
            Set.of()));
    waitFor.add(Set.of(waitsFor));
    return this;
  }

  BuildLog open(LogSink... sinks) {
    log = new BuildLog(List.of(sinks), this);
    Build build = Build.newBuilder().setId(BUILD).build();
    log.on(new BuildEvent.Queued(now, build, new BuildPlan(steps, waitFor)));
    log.on(new BuildEvent.Started(now));
    return log;
  }

  void phase(Phase phase) {
    log.on(new BuildEvent.PhaseStarted(now, phase));
  }

  void begin(int step) {
    since.put(step, now);
    log.on(new BuildEvent.StepStarted(now, steps.get(step)));
  }

  void say(int step, String text) {
    log.line(step, Stream.STDOUT, text.getBytes(UTF_8), true);
  }

  void runner(int step, String text) {
    log.line(step, Stream.RUNNER, text.getBytes(UTF_8), true);
  }

  void exit(int step, int code) {
    end(step, new StepOutcome.Exited(code, code == 137, timing(), Optional.empty(), new byte[0]));
  }

  void end(int step, StepOutcome outcome) {
    end(step, outcome, false);
  }

  void end(int step, StepOutcome outcome, boolean forgiven) {
    Duration took = Duration.between(since.getOrDefault(step, now), now);
    log.on(new BuildEvent.StepEnded(now, steps.get(step), outcome, took, forgiven));
  }

  StepOutcome.Timing timing() {
    return new StepOutcome.Timing(now, now, Optional.empty());
  }

  void note(boolean warning, String text) {
    log.on(new BuildEvent.Note(now, warning, text));
  }

  void finish(Build.Status status, String detail) {
    Build build = Build.newBuilder().setId(BUILD).setStatus(status).build();
    log.on(new BuildEvent.Ended(now, new BuildOutcome(build, Map.of(), detail)));
    log.close();
  }
}
