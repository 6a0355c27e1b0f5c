package dev.groundbuild.steps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.steps.docker.DockerEngine;
import dev.groundbuild.steps.engine.ContainerEngine.Owned;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A build's ground on a real engine; what is left on it when it is closed fails the test. */
final class StepGround implements AutoCloseable {
  private final DockerEngine engine = DockerEngine.ofEnvironment();
  private final String id = UUID.randomUUID().toString();
  private final Cleanup cleanup = new Cleanup(engine);
  private final Queue<Duration> pauses = new ConcurrentLinkedQueue<>();
  private final BuildSite site;
  private final StepRunner runner;

  StepGround() {
    Map<String, String> labels = Labels.of(id, Owner.ofThisProcess());
    Workspace workspace = Workspace.create(engine, id, labels, Optional.empty(), List.of("cache"));
    site =
        new BuildSite(
            id,
            workspace.workspace(),
            workspace.home(),
            "/var/run/docker.sock",
            workspace.volumes(),
            engine.createNetwork("groundbuild_test_" + id, labels),
            engine.grantable(),
            labels);
    ImageSource images = new ImageSource(engine, pauses::add, () -> 0);
    runner = new StepRunner(engine, images, cleanup, Clock.systemUTC(), StepTrace.NONE);
  }

  BuildSite site() {
    return site;
  }

  StepRunner runner() {
    return runner;
  }

  DockerEngine engine() {
    return engine;
  }

  /** The waits between attempts to pull, none of which took any time. */
  List<Duration> pauses() {
    return List.copyOf(pauses);
  }

  void awaitCleanup() {
    assertThat(cleanup.awaitAll()).isEmpty();
  }

  List<Owned> containersOfSteps() {
    return engine.owned(Labels.BUILD, Optional.of(id)).stream()
        .filter(o -> o.labels().containsKey(Labels.STEP))
        .toList();
  }

  @Override
  public void close() {
    awaitCleanup();
    List<Owned> steps = containersOfSteps();
    Leftovers.removeBuild(engine, id);
    List<Owned> left = engine.owned(Labels.BUILD, Optional.of(id));
    engine.close();
    assertThat(steps).as("containers of steps left").isEmpty();
    assertThat(left).as("left after the build's removal").isEmpty();
  }
}
