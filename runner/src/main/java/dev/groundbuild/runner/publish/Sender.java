package dev.groundbuild.runner.publish;

import dev.groundbuild.runner.publish.Outbox.Lock;
import dev.groundbuild.runner.publish.Outbox.Slot;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends a build's messages in their order while it runs, and what earlier runs have left when there
 * is nothing else to send. Ends when it was told that no more will come and all is sent or refused,
 * or when it is interrupted. Used by one thread, but for the queue.
 */
final class Sender implements Callable<Sender.Report> {
  private static final Duration LOCK_PAUSE = Duration.ofMillis(100);

  private final Outbox outbox;
  private final String build;
  private final Post post;
  private final Backlog backlog;
  private final BlockingQueue<News> news;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Backoff backoff = new Backoff();
  private @Nullable Lock lock;
  private String problem = "";
  private boolean over;

  /** What the build's thread has to say. */
  sealed interface News {
    /** A message is to be sent. */
    record Added(Waiting message) implements News {}

    /** No more will come. */
    record Over() implements News {}
  }

  /**
   * A message of this build.
   *
   * @param slot where it is kept, if it could be
   */
  record Waiting(StatusMessage message, Optional<Slot> slot) {
    /** False when another process has sent it. */
    boolean isToBeSent() {
      return slot.isEmpty() || slot.get().isThere();
    }

    void remove() throws IOException {
      if (slot.isPresent()) {
        slot.get().remove();
      }
    }
  }

  /**
   * What became of the messages.
   *
   * @param left those of the build that were not acknowledged
   * @param problem why; may be empty
   * @param earlier why messages of earlier builds still wait
   */
  record Report(List<Waiting> left, String problem, List<String> earlier) {
    Report {
      left = List.copyOf(left);
      earlier = List.copyOf(earlier);
    }
  }

  Sender(Outbox outbox, String build, Post post, Backlog backlog, BlockingQueue<News> news) {
    this.outbox = outbox;
    this.build = build;
    this.post = post;
    this.backlog = backlog;
    this.news = news;
  }

  @Override
  public Report call() {
    try {
      send();
    } catch (InterruptedException _) {
      // The time is over: what is left is kept.
    } finally {
      post.close();
      release();
    }
    drain();
    return new Report(
        waiting.stream().filter(Waiting::isToBeSent).toList(), problem, backlog.problems());
  }

  private void send() throws InterruptedException {
    while (true) {
      drain();
      if (!waiting.isEmpty()) {
        if (!sendOwn()) {
          return;
        }
      } else if (!backlog.isEmpty()) {
        if (!sendEarlier()) {
          return;
        }
      } else if (over) {
        return;
      } else {
        take(news.take());
      }
    }
  }

  /** Whether to go on. */
  private boolean sendOwn() throws InterruptedException {
    if (!lock()) {
      pause(LOCK_PAUSE);
      return true;
    }
    Waiting first = waiting.getFirst();
    try {
      if (first.isToBeSent()) {
        post.send(first.message());
        first.remove();
      }
      waiting.removeFirst();
      backoff.reset();
      problem = "";
    } catch (PublishException e) {
      problem = e.text();
      if (!e.isLasting()) {
        pause(backoff.next());
      } else if (over) {
        return false;
      } else {
        take(news.take());
      }
    } catch (IOException e) {
      waiting.removeFirst(); // it is sent; at worst it is sent once more
      problem = "a message that was sent stays in the outbox: " + e.getMessage();
    }
    return true;
  }

  /** Whether to go on. Nobody is kept waiting for what can't be sent now. */
  private boolean sendEarlier() throws InterruptedException {
    try {
      backlog.sendOne(post);
      return true;
    } catch (PublishException e) {
      if (over) {
        return false;
      }
      pause(backoff.next());
      return true;
    }
  }

  private void drain() {
    for (News more = news.poll(); more != null; more = news.poll()) {
      take(more);
    }
  }

  private void pause(Duration time) throws InterruptedException {
    News more = news.poll(time.toMillis(), TimeUnit.MILLISECONDS);
    if (more != null) {
      take(more);
    }
  }

  private void take(News more) {
    switch (more) {
      case News.Added added -> waiting.add(added.message());
      case News.Over _ -> over = true;
    }
  }

  /**
   * Takes the right to send, unless another process has it, which then sends what an earlier run
   * has left of this build. Without an outbox there is nobody to disagree with.
   */
  boolean lock() {
    if (lock == null) {
      try {
        Optional<Lock> taken = outbox.lock(build);
        lock = taken.orElse(null);
        return taken.isPresent();
      } catch (IOException _) {
        return true;
      }
    }
    return true;
  }

  private void release() {
    try {
      if (lock != null) {
        lock.close();
      }
    } catch (IOException _) {
      // The system takes it back with the process.
    }
  }
}
