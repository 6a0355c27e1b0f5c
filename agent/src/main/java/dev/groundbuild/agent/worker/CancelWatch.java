package dev.groundbuild.agent.worker;

import dev.groundbuild.agent.store.BuildStore;
import java.time.Duration;

/** Interrupts whoever runs a build when somebody, on any machine, wants it to end. */
final class CancelWatch implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(500);

  private final Thread thread;

  private CancelWatch(Thread thread) {
    this.thread = thread;
  }

  static CancelWatch start(BuildStore store, String id, Thread runs) {
    return new CancelWatch(
        Thread.ofVirtual().name("cancel-watch").start(() -> watch(store, id, runs)));
  }

  private static void watch(BuildStore store, String id, Thread runs) {
    try {
      while (!store.find(id).map(BuildStore.Row::cancelWanted).orElse(false)) {
        Thread.sleep(PERIOD);
      }
      runs.interrupt();
    } catch (InterruptedException e) {
      // The build is over.
    }
  }

  /** Afterwards nobody is interrupted any more; clears an interrupt that came too late. */
  @Override
  public void close() {
    thread.interrupt();
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        thread.interrupt();
      }
    }
    Thread.interrupted();
  }
}
