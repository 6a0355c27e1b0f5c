package dev.groundbuild.steps.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.groundbuild.steps.TestImage;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerEngineContract;
import dev.groundbuild.steps.engine.ContainerSpec;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import dev.groundbuild.steps.engine.ImageReference;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerEngineTest extends ContainerEngineContract {
  private static DockerEngine engine = DockerEngine.ofEnvironment();
  private static String image = "";

  @BeforeAll
  static void open() {
    engine = DockerEngine.ofEnvironment();
    image = TestImage.name();
  }

  @AfterAll
  static void closeLeavesNoThread() throws InterruptedException {
    engine.close();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("docker-java")) {
        assertThat(thread.join(Duration.ofSeconds(10))).as(thread.getName() + " ends").isTrue();
      }
    }
  }

  @Override
  protected ContainerEngine engine() {
    return engine;
  }

  @Override
  protected String image() {
    return image;
  }

  @Test
  void theMostThatTheEngineGrantsStarts() {
    Privileges most = engine.grantable();
    assertThat(most).isNotEqualTo(Privileges.DEFAULT);
    assertThat(says(shell("most", most, "grep CapEff /proc/self/status")))
        .isNotEqualTo(says(shell("least", Privileges.DEFAULT, "grep CapEff /proc/self/status")));
  }

  @Test
  void allThatIsGrantableLiftsTheMasksAndAllowsDevices() {
    String script =
        "mknod /tmp/null c 1 3 && echo x >/tmp/null && echo 1 >/proc/sys/vm/drop_caches && echo open";
    String said = says(shell("open", Privileges.ALL_GRANTABLE, script));
    assertThat(said).isEqualTo("open\n");
  }

  @Test
  void standardInputIsEmptyAndNoTerminal() {
    assertThat(says(shell("stdin", Privileges.DEFAULT, "wc -c; [ -t 0 ] || echo no terminal")))
        .isEqualTo("0\nno terminal\n");
  }

  @Test
  void aCreateThatIsInterruptedLeavesNothing() throws Exception {
    for (int i = 0; i < 12; i++) {
      int after = i * 12;
      ContainerSpec spec = spec("cut" + i, image, null, Map.of(), List.of());
      Thread creating =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  engine.remove(engine.create(spec));
                } catch (CancellationException e) {
                  assertThat(Thread.interrupted()).isTrue();
                  engine.remove(spec.name());
                }
              });
      // Not to let time pass: to interrupt it at another moment each time.
      creating.join(Duration.ofMillis(after));
      creating.interrupt();
      creating.join();
    }
    assertThat(engine.owned("dev.groundbuild.test", Optional.of(run))).isEmpty();
  }

  @Test
  void aContainerThatIsKilledForItsMemorySaysSo() {
    String limited = "groundbuild_test_" + run + "_memory";
    ContainerSpec spec =
        spec("memory", image, List.of("sh", "-c", "tail /dev/zero"), Map.of(), List.of());
    assertThat(spec.name()).isEqualTo(limited);
    String id = engine.create(spec);
    TestImage.limitMemory(id, 32L * 1024 * 1024);
    engine.start(id);
    assertThat(engine.awaitExit(id)).isEqualTo(new ContainerEngine.ExitStatus(137, true));
    engine.remove(id);
  }

  @Test
  void theEmptyImageIsMadeWhenTheEngineHasNone() {
    TestImage.forget(engine.emptyImage());
    assertThat(engine.findImage(engine.emptyImage())).isPresent();
  }

  @Test
  void aContainerThatSomebodyConnectedIsNotTheNetworksOwnAndOutlivesIt() {
    String network = engine.createNetwork("groundbuild_test_" + run + "_visited", labels);
    String home = engine.createNetwork("groundbuild_test_" + run + "_home", labels);
    String guest = engine.create(joining(shell("guest", Privileges.DEFAULT, "sleep 600"), home));
    engine.start(guest);
    TestImage.connect(guest, network);
    assertThat(engine.containersOn(network)).isEmpty();
    engine.removeNetwork(network);
    assertThat(engine.owned("dev.groundbuild.test", Optional.of(run)))
        .extracting(o -> List.of(o.id(), o.running()))
        .containsExactlyInAnyOrder(List.of(guest, true), List.of(home, false));
    engine.remove(guest);
    engine.removeNetwork(home);
  }

  @Test
  void anEngineThatDoesNotAnswerSaysHowToStartOne(@TempDir Path folder) {
    try (DockerEngine none = DockerEngine.at(URI.create("unix://" + folder + "/none.sock"))) {
      assertThatExceptionOfType(EngineException.class)
          .isThrownBy(none::info)
          .withMessageContaining(folder + "/none.sock")
          .withMessageContaining("start it")
          .matches(e -> e.kind() == Kind.UNREACHABLE);
    }
  }

  @Test
  void aPullFromARegistryThatIsNotThereFailsWithItsName() {
    ImageReference image = ImageReference.parse("registry.invalid/some/thing:1").orElseThrow();
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> engine.pull(image, (status, done, total) -> {}))
        .withMessageContaining("registry.invalid");
  }

  private ContainerSpec shell(String part, Privileges privileges, String script) {
    ContainerSpec spec = spec(part, image, List.of("sh", "-c", script), Map.of(), List.of());
    return new ContainerSpec(
        spec.name(),
        spec.image(),
        spec.entrypoint(),
        spec.args(),
        spec.env(),
        spec.workdir(),
        spec.mounts(),
        spec.network(),
        spec.aliases(),
        privileges,
        spec.labels(),
        spec.files());
  }

  private static String says(ContainerSpec spec) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    String id = engine.create(spec);
    try (ContainerEngine.Output output = engine.attach(id, new Both(said, said))) {
      engine.start(id);
      output.awaitEnd();
      return said.toString(StandardCharsets.UTF_8);
    } finally {
      engine.remove(id);
    }
  }

  private record Both(OutputStream stdout, OutputStream stderr)
      implements ContainerEngine.OutputSink {}
}
