package dev.groundbuild.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import com.google.protobuf.util.Durations;
import dev.groundbuild.runner.BuildRequest.WorkspaceSource;
import dev.groundbuild.steps.Labels;
import dev.groundbuild.steps.StepLog;
import dev.groundbuild.steps.StepSpec;
import dev.groundbuild.steps.StepTrace;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import dev.groundbuild.steps.fake.FakeEngine;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Builds on an engine in memory, what they print and what is told of them. */
final class FakeRuns implements StepLog {
  final FakeEngine engine = new FakeEngine();
  final List<BuildEvent> events = new ArrayList<>();

  /** Runs on the build's thread at every event. */
  BuildListener listener = event -> {};

  private final Queue<String> lines = new ConcurrentLinkedQueue<>();

  static BuildStep.Builder step(String id, String... env) {
    return BuildStep.newBuilder().setName("busybox").setId(id).addAllEnv(List.of(env));
  }

  static Build build(BuildStep.Builder... steps) {
    Build.Builder build =
        Build.newBuilder().setId("00000000-test").setTimeout(Durations.fromMinutes(10));
    for (BuildStep.Builder step : steps) {
      build.addSteps(step);
    }
    return build.build();
  }

  static BuildPlan plan(Build build) {
    return BuildPlan.of(build, new TreeMap<>());
  }

  /** Steps as they come out of a config of their own. */
  static List<StepSpec> specs(BuildStep.Builder... steps) {
    return plan(build(steps)).steps();
  }

  static BuildRequest request(Build build, BuildPlan plan) {
    return new BuildRequest(
        build,
        plan,
        new WorkspaceSource.Empty(),
        Privileges.DEFAULT,
        Optional.empty(),
        StepTrace.NONE);
  }

  BuildOutcome run(Build build) {
    return run(build, plan(build));
  }

  BuildOutcome run(Build build, BuildPlan plan) {
    return run(request(build, plan), Intervention.NONE);
  }

  BuildOutcome run(BuildRequest request, Intervention intervention) {
    BuildOutcome outcome =
        new BuildRunner(engine, Clock.systemUTC())
            .run(
                request,
                event -> {
                  events.add(event);
                  listener.on(event);
                },
                this,
                intervention);
    assertThat(engine.owned(Labels.OWNER, Optional.empty())).isEmpty();
    assertThat(Thread.interrupted()).as("interrupt flag left set").isFalse();
    return outcome;
  }

  @Override
  public void line(int step, Stream stream, byte[] line, boolean complete) {
    lines.add(step + (stream == Stream.RUNNER ? "! " : " ") + new String(line, UTF_8));
  }

  /** {@code 1 text} of step 1, {@code 1! text} of the runner's own, without those on images. */
  List<String> lines() {
    return lines.stream().filter(line -> !line.contains("! Already have image")).toList();
  }

  <T extends BuildEvent> List<T> events(Class<T> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }
}
