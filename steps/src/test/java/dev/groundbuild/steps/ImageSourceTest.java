package dev.groundbuild.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.groundbuild.steps.docker.DockerEngine;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a real engine and a registry on this machine. */
@Timeout(30)
class ImageSourceTest {
  private final DockerEngine engine = DockerEngine.ofEnvironment();
  private final TestRegistry registry = new TestRegistry(Optional.empty());
  private final String image = registry.address() + "/thing:1";
  private final List<Duration> waits = new ArrayList<>();
  private final RecordingLog log = new RecordingLog();

  @AfterEach
  void close() {
    TestImage.forget(image);
    registry.close();
    engine.close();
  }

  @Test
  void anAbsentImageIsPulledAndRunByItsDigest() {
    ImageSource.Found found = source(0).find(0, image, log);
    String digest = registry.digest();
    assertThat(found)
        .isEqualTo(
            new ImageSource.Found(registry.address() + "/thing@" + digest, Optional.of(digest)));
    assertThat(log.lines())
        .containsExactly("RUNNER Pulling image: " + image, "RUNNER Pulled image: " + image);
    assertThat(engine.findImage(found.reference())).isPresent();
  }

  @Test
  void anImageThatIsThereIsNotPulledAgain() {
    source(0).find(0, image, log);
    int requests = registry.manifestRequests.get();
    source(0).find(1, image, log);
    assertThat(log.lines()).last().isEqualTo("RUNNER Already have image (with digest): " + image);
    assertThat(registry.manifestRequests.get()).isEqualTo(requests);
  }

  @Test
  void anImageThatNoRegistryKnowsIsRunByItsName() {
    String local = TestImage.name();
    assertThat(source(0).find(0, local, log))
        .isEqualTo(new ImageSource.Found(local, Optional.empty()));
    assertThat(log.lines()).containsExactly("RUNNER Already have image: " + local);
  }

  @Test
  void aFaultOfTheRegistryIsTriedAgainAfterGrowingWaits() {
    registry.failures.set(3);
    source(0).find(0, image, log);
    assertThat(waits)
        .containsExactly(Duration.ofMillis(500), Duration.ofMillis(650), Duration.ofMillis(845));
  }

  @Test
  void jitterTakesAtMostFortyPercentAndWaitsEndAtTenSeconds() {
    registry.failures.set(Integer.MAX_VALUE);
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> source(1).find(0, image, log))
        .matches(e -> e.kind() == Kind.FAILED);
    assertThat(waits).hasSize(10);
    assertThat(waits.getFirst()).isEqualTo(Duration.ofMillis(300));
    assertThat(waits.getLast()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(6));
    waits.clear();
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> source(0).find(0, image, log));
    assertThat(waits).isSorted().allMatch(wait -> wait.compareTo(Duration.ofSeconds(10)) <= 0);
  }

  @Test
  void aTagThatTheRegistryDoesNotHaveIsTheLastWord() {
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> source(0).find(0, registry.address() + "/thing:2", log))
        .withMessageContaining("/thing:2")
        .withMessageContaining("check the image's name and tag")
        .matches(e -> e.kind() == Kind.NOT_FOUND);
    assertThat(waits).isEmpty();
  }

  @Test
  void aRegistryThatWantsAPasswordSaysWhatToDo() {
    try (TestRegistry locked = new TestRegistry(Optional.of("secret"))) {
      assertThatExceptionOfType(EngineException.class)
          .isThrownBy(() -> source(0).find(0, locked.address() + "/thing:1", log))
          .withMessageContaining("docker login")
          .matches(e -> e.kind() == Kind.UNAUTHORIZED);
      assertThat(waits).isEmpty();
    }
  }

  @Test
  void whatIsNoNameIsRefusedWithoutAskingAnyone() {
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> source(0).find(0, "Not An Image", log))
        .withMessage("\"Not An Image\" is not the name of an image")
        .matches(e -> e.kind() == Kind.REFUSED);
  }

  @Test
  void stepsThatMissTheSameImageShareOnePull() throws Exception {
    registry.failures.set(1);
    CountDownLatch pulling = new CountDownLatch(1);
    CountDownLatch othersWait = new CountDownLatch(1);
    ImageSource source =
        new ImageSource(
            engine,
            wait -> {
              pulling.countDown();
              othersWait.await();
            },
            () -> 0);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<ImageSource.Found> first = threads.submit(() -> source.find(0, image, log));
      pulling.await();
      List<Thread> others = new ArrayList<>();
      List<ImageSource.Found> found = new CopyOnWriteArrayList<>();
      for (int i = 1; i < 5; i++) {
        int step = i;
        others.add(Thread.ofPlatform().start(() -> found.add(source.find(step, image, log))));
      }
      for (Thread other : others) {
        awaitWaiting(other);
      }
      othersWait.countDown();
      for (Thread other : others) {
        other.join();
      }
      assertThat(found).hasSize(4).containsOnly(first.get());
    }
    assertThat(log.lines().stream().filter(l -> l.contains("Pulled image"))).hasSize(1);
  }

  @Test
  void whenTheOneWhoPullsIsCancelledAnotherTakesOver() throws Exception {
    registry.failures.set(1);
    CountDownLatch pulling = new CountDownLatch(1);
    ImageSource source =
        new ImageSource(
            engine,
            wait -> {
              pulling.countDown();
              new CountDownLatch(1).await();
            },
            () -> 0);
    Thread first =
        Thread.ofPlatform()
            .start(() ->
                assertThatExceptionOfType(CancellationException.class)
                    .isThrownBy(() -> source.find(0, image, log)));
    pulling.await();
    List<ImageSource.Found> found = new CopyOnWriteArrayList<>();
    Thread second = Thread.ofPlatform().start(() -> found.add(source.find(1, image, log)));
    awaitWaiting(second);
    first.interrupt();
    first.join();
    second.join();
    assertThat(found).hasSize(1);
  }

  private ImageSource source(double random) {
    return new ImageSource(engine, waits::add, () -> random);
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }
}
