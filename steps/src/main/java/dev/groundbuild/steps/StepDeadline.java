package dev.groundbuild.steps;

import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.EngineException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Kills a container when its time is over.
 *
 * <p>The step's thread waits for the container and the watch waits for the time; whoever moves
 * {@link #state} away from RUNNING first decides how the step ended.
 */
final class StepDeadline implements AutoCloseable {
  private static final Duration BEFORE_ANOTHER_TRY = Duration.ofSeconds(1);

  private enum State {
    RUNNING,
    ENDED,
    PASSED
  }

  private final ContainerEngine engine;
  private final String container;
  private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);
  private final @Nullable Thread watch;

  /**
   * @param time from now; empty for no limit
   */
  StepDeadline(ContainerEngine engine, String container, Optional<Duration> time) {
    this.engine = engine;
    this.container = container;
    this.watch =
        time.map(t -> Thread.ofVirtual().name("deadline-" + container).start(() -> watch(t)))
            .orElse(null);
  }

  /** The container has ended; true when that was because its time was over. */
  boolean ended() {
    return !state.compareAndSet(State.RUNNING, State.ENDED) && state.get() == State.PASSED;
  }

  private void watch(Duration time) {
    try {
      Thread.sleep(time);
      if (state.compareAndSet(State.RUNNING, State.PASSED)) {
        kill();
      }
    } catch (InterruptedException | CancellationException e) {
      // The step is over.
    }
  }

  /**
   * Cloud Build kills at once. An engine that fails to do so is asked again until we are closed.
   */
  private void kill() throws InterruptedException {
    while (true) {
      try {
        engine.kill(container);
        return;
      } catch (EngineException e) {
        Thread.sleep(BEFORE_ANOTHER_TRY);
      }
    }
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.interrupt();
    }
  }
}
