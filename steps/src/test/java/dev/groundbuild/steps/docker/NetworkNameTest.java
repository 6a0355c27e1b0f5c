package dev.groundbuild.steps.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.steps.engine.EngineException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NetworkNameTest {
  private final String name = "groundbuild-test-" + UUID.randomUUID();
  private final Map<String, String> labels = Map.of("dev.groundbuild.build", name);

  @Test
  void ofManyThatWantANameAtOnceOneAtMostGetsIt() throws Exception {
    try (DockerEngine engine = DockerEngine.ofEnvironment()) {
      try {
        List<FutureTask<String>> all =
            IntStream.range(0, 6)
                .mapToObj(i -> new FutureTask<>(() -> engine.createNetwork(name, labels)))
                .toList();
        all.forEach(task -> Thread.ofVirtual().start(task));
        List<String> made =
            all.stream().filter(NetworkNameTest::succeeded).map(FutureTask::resultNow).toList();
        assertThat(made).hasSizeLessThan(2);
        assertThat(engine.owned("dev.groundbuild.build", Optional.of(name))).hasSize(made.size());
      } finally {
        engine
            .owned("dev.groundbuild.build", Optional.of(name))
            .forEach(n -> engine.removeNetwork(n.id()));
      }
    }
  }

  private static boolean succeeded(FutureTask<String> task) {
    try {
      task.get();
      return true;
    } catch (ExecutionException e) {
      assertThat(e.getCause())
          .isInstanceOfSatisfying(
              EngineException.class,
              c -> assertThat(c.kind()).isEqualTo(EngineException.Kind.CONFLICT));
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
