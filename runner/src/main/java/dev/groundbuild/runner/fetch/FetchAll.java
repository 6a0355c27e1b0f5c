package dev.groundbuild.runner.fetch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Does many downloads at once. Each has a virtual thread; what they report comes through one queue
 * to the thread that called, which alone shows it.
 */
public final class FetchAll {
  private static final long TICK_MILLIS = 100;
  private static final Duration TO_STOP = Duration.ofSeconds(10);

  private final Fetcher fetcher;
  private final Semaphore places;
  private final BlockingQueue<FetchEvent> events = new LinkedBlockingQueue<>();

  /**
   * @param parallel how many at once
   */
  public FetchAll(Fetcher fetcher, int parallel) {
    this.fetcher = fetcher;
    this.places = new Semaphore(parallel);
  }

  /**
   * Returns when all have finished; one that fails does not stop the others.
   *
   * @throws InterruptedException when the thread is interrupted; the downloads are then ended, and
   *     what they had is removed
   */
  public void run(List<Download> downloads, FetchScreen screen) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < downloads.size(); i++) {
      int index = i;
      threads.add(
          Thread.ofVirtual()
              .name("fetch " + downloads.get(i).destination())
              .start(() -> fetch(index, downloads.get(index))));
    }
    try {
      for (int left = downloads.size(); left > 0; ) {
        FetchEvent event = events.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
        if (event != null) {
          screen.show(event);
        }
        if (event instanceof FetchEvent.Finished) {
          left--;
        }
        screen.tick();
      }
    } finally {
      end(threads);
    }
  }

  /** Their clean-up is short; whoever is interrupted waits for it. */
  private static void end(List<Thread> threads) throws InterruptedException {
    boolean interrupted = Thread.interrupted();
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      thread.join(TO_STOP);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void fetch(int index, Download download) {
    FetchOutcome outcome;
    try {
      places.acquire();
      try {
        outcome = fetcher.fetch(download, listener(index));
      } finally {
        places.release();
      }
    } catch (InterruptedException e) {
      return; // nobody listens any more
    } catch (RuntimeException e) { // a bug must not leave the caller waiting
      outcome = new FetchOutcome.Failed("internal error: " + e);
    }
    events.add(new FetchEvent.Finished(index, outcome));
  }

  private FetchListener listener(int index) {
    return new FetchListener() {
      @Override
      public void received(long bytes, long total) {
        events.add(new FetchEvent.Received(index, bytes, total));
      }

      @Override
      public void retrying(String why, Duration after) {
        events.add(new FetchEvent.Retrying(index, why, after));
      }
    };
  }
}
