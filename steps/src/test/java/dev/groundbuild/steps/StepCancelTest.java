package dev.groundbuild.steps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.steps.StepOutcome.Cancelled;
import dev.groundbuild.steps.StepOutcome.Exited;
import dev.groundbuild.steps.engine.ContainerEngine;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An interrupt of a step, whatever it is doing, on a real engine. */
@Timeout(120)
class StepCancelTest {
  private static final String SHELL = TestImage.name();

  private final StepGround ground = new StepGround();
  private final RecordingLog log = new RecordingLog();

  @AfterEach
  void nothingIsLeft() {
    ground.close();
  }

  @Test
  void aRunningStepIsKilledAndWhatItSaidIsKept() throws Exception {
    Run run = new Run(ground.runner(), TestStep.shell(0, SHELL, "echo on; sleep 600"));
    log.await("STDOUT on");
    assertThat(run.interrupt()).isInstanceOf(Cancelled.class);
  }

  @Test
  void aStepThatIgnoresSignalsIsKilledAllTheSame() throws Exception {
    Run run =
        new Run(ground.runner(), TestStep.shell(0, SHELL, "trap '' TERM INT; echo on; sleep 600"));
    log.await("STDOUT on");
    assertThat(run.interrupt()).isInstanceOf(Cancelled.class);
  }

  @Test
  void aStepThatWaitsToPullAgainIsCancelledAtOnce() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    ImageSource images =
        new ImageSource(
            ground.engine(),
            wait -> {
              waiting.countDown();
              new CountDownLatch(1).await();
            },
            () -> 0);
    try (TestRegistry registry = new TestRegistry(Optional.empty())) {
      registry.failures.set(100);
      Cleanup cleanup = new Cleanup(ground.engine());
      StepRunner runner =
          new StepRunner(ground.engine(), images, cleanup, Clock.systemUTC(), StepTrace.NONE);
      Run run = new Run(runner, TestStep.shell(0, registry.address() + "/thing:1", "true"));
      waiting.await();
      StepOutcome outcome = run.interrupt();
      assertThat(outcome).isInstanceOf(Cancelled.class);
      assertThat(outcome.timing().pullEnd()).isEmpty();
      assertThat(cleanup.awaitAll()).isEmpty();
    }
  }

  /** The interrupt comes while the engine is doing it, and again just after it has done it. */
  @ParameterizedTest
  @ValueSource(
      strings = {"findImage", "create", "attach", "start", "awaitExit", "readFiles", "copyOut"})
  void anInterruptDuringAnyCallLeavesNothing(String call) throws Exception {
    for (boolean before : new boolean[] {true, false}) {
      Cleanup cleanup = new Cleanup(ground.engine());
      ContainerEngine watched = interruptingAt(call, before);
      StepRunner runner =
          new StepRunner(
              watched,
              new ImageSource(watched, Thread::sleep, () -> 0),
              cleanup,
              Clock.systemUTC(),
              StepTrace.NONE);
      Run run = new Run(runner, TestStep.shell(0, SHELL, "").script("exit 1"));
      StepOutcome outcome = run.outcome();
      assertThat(outcome).isInstanceOfAny(Cancelled.class, Exited.class);
      if (before && !call.equals("copyOut")) {
        assertThat(outcome).isInstanceOf(Cancelled.class);
      }
      assertThat(cleanup.awaitAll()).isEmpty();
      assertThat(ground.containersOfSteps()).isEmpty();
    }
  }

  @Test
  void anInterruptAtAnyMomentLeavesNothing() throws Exception {
    for (int i = 0; i < 15; i++) {
      Run run = new Run(ground.runner(), TestStep.shell(0, SHELL, "sleep 0.1"));
      // Not to let time pass: to interrupt it at another moment each time.
      run.thread.join(Duration.ofMillis(i * 40L));
      assertThat(run.interrupt()).isInstanceOfAny(Cancelled.class, Exited.class);
      ground.awaitCleanup();
      assertThat(ground.containersOfSteps()).isEmpty();
    }
  }

  /** The engine, with an interrupt of the caller before or after one of its calls. */
  private ContainerEngine interruptingAt(String call, boolean before) {
    return (ContainerEngine)
        Proxy.newProxyInstance(
            ContainerEngine.class.getClassLoader(),
            new Class<?>[] {ContainerEngine.class},
            (proxy, method, args) -> {
              boolean here = method.getName().equals(call);
              if (here && before) {
                Thread.currentThread().interrupt();
              }
              try {
                return method.invoke(ground.engine(), args);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              } finally {
                if (here && !before) {
                  Thread.currentThread().interrupt();
                }
              }
            });
  }

  /** A step on a thread of its own. */
  private final class Run {
    final Thread thread;
    private final CompletableFuture<StepOutcome> outcome = new CompletableFuture<>();

    Run(StepRunner runner, TestStep step) {
      thread =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  StepOutcome ended =
                      runner.run(step.spec(), ground.site(), Map.of(), log, StepAftermath.NONE);
                  // One that comes after the step's end is for whoever runs the step.
                  if (ended instanceof Cancelled) {
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                  }
                  outcome.complete(ended);
                } catch (RuntimeException | AssertionError e) {
                  outcome.completeExceptionally(e);
                }
              });
    }

    StepOutcome interrupt() throws Exception {
      thread.interrupt();
      return outcome.get();
    }

    StepOutcome outcome() throws Exception {
      return outcome.get();
    }
  }
}
