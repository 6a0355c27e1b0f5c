package dev.groundbuild.runner.overlay;

import dev.groundbuild.runner.Companions.CompanionException;
import dev.groundbuild.runner.Companions.Stage;
import dev.groundbuild.steps.engine.ContainerEngine.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** The side containers of one build: started together, and followed until the end. */
final class SideContainers implements AutoCloseable {
  private final List<Output> followed = new ArrayList<>();

  private SideContainers() {}

  /**
   * Starts all of them at once, and waits until each is ready. One that fails ends the wait for the
   * others.
   */
  static SideContainers start(List<SideContainer> services, Stage stage) {
    SideContainers running = new SideContainers();
    List<FutureTask<Output>> tasks = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (SideContainer service : services) {
      FutureTask<Output> task = new FutureTask<>(() -> new SideStart(service, stage).ready());
      tasks.add(task);
      threads.add(Thread.ofVirtual().name("service-" + service.name()).start(task));
    }
    RuntimeException failure = null;
    for (FutureTask<Output> task : tasks) {
      try {
        running.followed.add(task.get());
      } catch (InterruptedException e) {
        failure = failure == null ? new CancellationException("waiting for services") : failure;
        threads.forEach(Thread::interrupt);
        join(threads);
        Thread.currentThread().interrupt();
        break;
      } catch (ExecutionException e) {
        RuntimeException cause =
            e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e);
        boolean worse = failure == null || failure instanceof CancellationException;
        failure = worse ? cause : failure;
        threads.forEach(Thread::interrupt);
      }
    }
    if (failure != null) {
      running.close();
      throw failure;
    }
    return running;
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

  /** Follows them no longer; they are removed with the build. */
  @Override
  public void close() {
    followed.forEach(Output::close);
  }

  static CompanionException failed(String name, String why) {
    return new CompanionException("service \"" + name + "\" " + why);
  }
}
