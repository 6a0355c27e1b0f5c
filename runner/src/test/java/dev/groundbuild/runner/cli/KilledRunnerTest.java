package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerSpec;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A runner that gets no chance to clear up. */
final class KilledRunnerTest {
  private static final String SLEEPER =
      """
      steps:
      - {id: nested, name: gcr.io/cloud-builders/docker, args: ['run', '-d', '--network=cloudbuild', '--name', 'nested-$BUILD_ID', 'busybox', 'sleep', '600']}
      - {id: a, name: busybox, volumes: &v [{name: vol, path: /v}], script: 'echo begun; sleep 600'}
      - {id: b, name: busybox, volumes: *v, args: [echo, never]}
      """;

  @RegisterExtension private final Desk desk = new Desk();

  @Test
  void theNextRunRemovesWhatAKilledOneHasLeft() throws Exception {
    desk.config(SLEEPER);
    CliProcess killed = killedWhileStepsRun();
    assertThat(desk.temporary()).hasSize(2); // the socket, and the mark of the network's name

    desk.config("steps: [{name: busybox, args: ['echo', 'fine']}]");
    CliProcess.Ended next = desk.run("run");

    assertThat(next.exit()).as(next.err()).isZero();
    assertThat(next.err()).containsPattern("removed \\d+ objects that killed builds had left");
    assertThat(desk.left(killed)).isEmpty();
    assertThat(desk.temporary()).isEmpty();
  }

  @Test
  void cleanRemovesWhatKilledRunsHaveLeftAndNothingElse() throws Exception {
    desk.config(SLEEPER);
    CliProcess living = desk.start("run");
    living.awaitOut("begun");
    List<String> livingObjects = names(living);
    CliProcess killed = killedWhileStepsRun();
    try (Stranger stranger = new Stranger(desk.engine())) {
      CliProcess.Ended clean = desk.run("clean");

      assertThat(clean.exit()).as(clean.err()).isZero();
      assertThat(clean.out()).contains("removed container", "removed network", "removed volume");
      assertThat(desk.left(killed)).isEmpty();
      assertThat(names(living)).containsExactlyInAnyOrderElementsOf(livingObjects);
      assertThat(living.alive()).isTrue();
      stranger.assertThere();
    }
    living.signal("INT");
    assertThat(living.await().exit()).isEqualTo(130);
    assertThat(desk.run("clean").out()).isEqualTo("nothing is left of killed builds\n");
  }

  private CliProcess killedWhileStepsRun() throws Exception {
    CliProcess run = desk.start("run");
    run.awaitOut("begun");
    run.signal("KILL");
    assertThat(run.await().exit()).isEqualTo(137);
    // Two containers of steps' making or steps, the workspace's holder, a network, three volumes.
    assertThat(desk.left(run)).hasSizeGreaterThanOrEqualTo(7);
    return run;
  }

  private List<String> names(CliProcess run) {
    return desk.left(run).stream().map(ContainerEngine.Owned::name).toList();
  }

  /** Somebody else's objects, named and labelled almost as ours are. */
  private static final class Stranger implements AutoCloseable {
    private final ContainerEngine engine;
    private final String name = "groundbuild_" + UUID.randomUUID() + "_step_0";
    private final Map<String, String> labels =
        Map.of("dev.groundbuild", "no", "test.stranger", name);
    private final String container;
    private final String network;

    Stranger(ContainerEngine engine) {
      this.engine = engine;
      this.network = engine.createNetwork("cloudbuild-" + name, labels);
      engine.createVolume(name + "_workspace", labels);
      this.container =
          engine.create(
              new ContainerSpec(
                  name,
                  "busybox",
                  List.of("sleep"),
                  List.of("600"),
                  Map.of(),
                  "/",
                  List.of(),
                  network,
                  List.of(),
                  Privileges.DEFAULT,
                  labels,
                  List.of()));
      engine.start(container);
    }

    void assertThere() {
      assertThat(engine.owned("test.stranger", Optional.of(name)))
          .hasSize(3)
          .filteredOn(o -> o.type() == ContainerEngine.Owned.Type.CONTAINER)
          .allMatch(ContainerEngine.Owned::running);
    }

    @Override
    public void close() {
      engine.remove(container);
      engine.removeNetwork(network);
      engine.removeVolume(name + "_workspace");
    }
  }
}
