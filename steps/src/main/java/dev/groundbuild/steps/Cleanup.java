package dev.groundbuild.steps;

import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Removes one build's containers away from the build's path.
 *
 * <p>The steps' threads hand containers in; the build's thread waits for all of them when no step
 * runs any more. The queues are safe for that, and a removal has a thread of its own, which nobody
 * interrupts.
 */
public final class Cleanup {
  private final ContainerEngine engine;
  private final Queue<Thread> removals = new ConcurrentLinkedQueue<>();
  private final Queue<EngineException> failures = new ConcurrentLinkedQueue<>();

  public Cleanup(ContainerEngine engine) {
    this.engine = engine;
  }

  /**
   * Waits until a container that was handed in is removed, so that another can have its name.
   *
   * @throws InterruptedException as any wait
   */
  public void await(String container) throws InterruptedException {
    for (Thread thread : removals) {
      if (thread.getName().equals(removal(container))) {
        thread.join();
      }
    }
  }

  private static String removal(String container) {
    return "remove-" + container;
  }

  /**
   * Kills and removes a container, by name or id, soon.
   *
   * @param then is called on the removal's thread when it is over, whether it went well or not
   */
  void remove(String container, Runnable then) {
    removals.add(
        Thread.ofVirtual().name(removal(container)).start(() -> removeNow(container, then)));
  }

  private void removeNow(String container, Runnable then) {
    try {
      engine.remove(container);
    } catch (EngineException e) {
      failures.add(e);
    } finally {
      then.run();
    }
  }

  /**
   * Waits until everything handed in is removed. An interrupt ends the wait, as it does that of the
   * engine's calls; the removals go on.
   *
   * @return what could not be removed: it carries the build's labels, and a later run removes it
   */
  public List<EngineException> awaitAll() {
    Thread removal = removals.peek();
    while (removal != null) {
      try {
        removal.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted: waiting for containers to be removed");
      }
      removals.poll();
      removal = removals.peek();
    }
    List<EngineException> failed = new ArrayList<>();
    EngineException failure = failures.poll();
    while (failure != null) {
      failed.add(failure);
      failure = failures.poll();
    }
    return failed;
  }
}
