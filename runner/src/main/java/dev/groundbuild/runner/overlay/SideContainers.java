package dev.groundbuild.runner.overlay;

import dev.groundbuild.runner.Companions.CompanionException;
import dev.groundbuild.runner.Companions.Stage;
import dev.groundbuild.steps.engine.ContainerEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;

/** The side containers of one build: started together, and followed until the end. */
final class SideContainers implements AutoCloseable {
  private final ContainerEngine engine;
  private final List<RunningSide> running = new ArrayList<>();
  private final BlockingQueue<FutureTask<RunningSide>> over = new LinkedBlockingQueue<>();
  private final List<Thread> starting = new ArrayList<>();

  private SideContainers(ContainerEngine engine) {
    this.engine = engine;
  }

  /**
   * Starts all of them at once, and waits until each is ready. One that fails ends the wait for the
   * others.
   */
  static SideContainers start(List<SideContainer> services, Stage stage) {
    SideContainers all = new SideContainers(stage.engine());
    services.forEach(service -> all.start(service, stage));
    all.await(services.size());
    return all;
  }

  private void start(SideContainer service, Stage stage) {
    FutureTask<RunningSide> task =
        new FutureTask<>(() -> new SideStart(service, stage).ready()) {
          @Override
          protected void done() {
            over.add(this);
          }
        };
    starting.add(Thread.ofVirtual().name("service-" + service.name()).start(task));
  }

  /** Takes what becomes of them in the order in which it does; all are waited for. */
  private void await(int count) {
    RuntimeException failure = null;
    boolean interrupted = false;
    int left = count;
    while (left > 0) {
      try {
        FutureTask<RunningSide> next = over.take();
        left--;
        running.add(next.get());
      } catch (InterruptedException e) {
        interrupted = true;
        failure = failure == null ? new CancellationException("waiting for services") : failure;
        starting.forEach(Thread::interrupt);
        join(starting);
      } catch (ExecutionException e) {
        RuntimeException cause =
            e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e);
        boolean worse = failure == null || failure instanceof CancellationException;
        failure = worse && !interrupted ? cause : failure;
        starting.forEach(Thread::interrupt);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      close();
      throw failure;
    }
  }

  /** Nobody may make something after the clearing has begun. */
  private static void join(List<Thread> threads) {
    for (Thread thread : threads) {
      boolean done = false;
      while (!done) {
        try {
          thread.join();
          done = true;
        } catch (InterruptedException e) {
          // Whoever insists waits all the same: the thread is being ended already.
          thread.interrupt();
        }
      }
    }
  }

  /** Ends those that may write to a cache, so that what is saved of it is whole. */
  void stopWriters(Set<String> cacheVolumes) {
    running.stream()
        .filter(side ->
            side.service().volumes().stream().anyMatch(v -> cacheVolumes.contains(v.name())))
        .forEach(side -> side.stop(engine));
  }

  /** Follows them no longer; they are removed with the build. */
  @Override
  public void close() {
    running.forEach(RunningSide::close);
  }

  static CompanionException failed(String name, String why) {
    return new CompanionException("service \"" + name + "\" " + why);
  }
}
