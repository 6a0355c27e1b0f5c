package dev.groundbuild.runner.cli;

import dev.groundbuild.steps.engine.ContainerEngine;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Opens the engine while the config is read: either takes about as long. A failure shows when the
 * engine is asked for, so that what is wrong with the config is told first.
 */
final class EngineOpening implements AutoCloseable {
  private final FutureTask<ContainerEngine> opening;

  private EngineOpening(FutureTask<ContainerEngine> opening) {
    this.opening = opening;
  }

  static EngineOpening start(Supplier<ContainerEngine> open) {
    FutureTask<ContainerEngine> opening = new FutureTask<>(open::get);
    Thread.ofPlatform().daemon().name("engine-opening").start(opening);
    return new EngineOpening(opening);
  }

  /** The open engine; closed together with this. */
  ContainerEngine engine() {
    try {
      return opening.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted: opening the engine");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    try {
      opening.get().close();
    } catch (ExecutionException e) {
      // Whoever asked for the engine has been told.
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
