package dev.groundbuild.runner.publish;

import dev.groundbuild.runner.publish.Outbox.Lock;
import dev.groundbuild.runner.publish.Outbox.Slot;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What earlier runs could not send, build by build, each in order. A build whose message is refused
 * is left, so that it does not stand in the way of others; so is one that another process sends.
 * Used by one thread.
 */
final class Backlog {
  private final Outbox outbox;
  private final Destination destination;
  private final Deque<String> builds;
  private final List<String> problems = new ArrayList<>();
  private int sent;

  /**
   * @param apart the build whose own messages somebody else sees to; empty for none
   */
  Backlog(Outbox outbox, Destination destination, String apart) {
    this.outbox = outbox;
    this.destination = destination;
    this.builds = new ArrayDeque<>();
    try {
      builds.addAll(outbox.builds());
    } catch (IOException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    builds.remove(apart);
  }

  boolean isEmpty() {
    return builds.isEmpty();
  }

  /** How many messages were taken. */
  int sent() {
    return sent;
  }

  /** Why something was left, once each. */
  List<String> problems() {
    return problems.stream().distinct().toList();
  }

  /**
   * Sends what waits of one build.
   *
   * @throws PublishException if the next attempt may go better; the build then comes again
   */
  void sendOne(Post post) throws PublishException, InterruptedException {
    String build = builds.removeFirst();
    try {
      Optional<Lock> lock = outbox.lock(build);
      if (lock.isPresent()) {
        try (Lock _ = lock.get()) {
          sendAll(outbox.ofBuild(build), post);
        }
      }
    } catch (PublishException e) {
      if (!e.isLasting()) {
        builds.addFirst(build);
        throw e;
      }
      problems.add(e.text());
    } catch (IOException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
  }

  private void sendAll(List<Slot> slots, Post post)
      throws PublishException, InterruptedException, IOException {
    for (Slot slot : slots) {
      Optional<StatusMessage> message = slot.read();
      if (message.isPresent()) {
        if (!destination.takes(message.get())) {
          return;
        }
        post.send(message.get());
        slot.remove();
        sent++;
      }
    }
  }
}
