package dev.groundbuild.runner.publish;

import dev.groundbuild.runner.publish.Outbox.Lock;
import dev.groundbuild.runner.publish.Outbox.Slot;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The messages that no build is sending: seen, sent and dropped on their own. */
public final class PendingMessages {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Outbox outbox;
  private final InstantSource clock;

  /**
   * What became of them.
   *
   * @param sent how many were taken
   * @param left how many still wait
   * @param problems why
   */
  public record Sent(int sent, int left, List<String> problems) {
    public Sent {
      problems = List.copyOf(problems);
    }
  }

  public PendingMessages(Outbox outbox, InstantSource clock) {
    this.outbox = outbox;
    this.clock = clock;
  }

  /** All of them, each build's in order. */
  public List<StatusMessage> list() throws IOException {
    List<StatusMessage> found = new ArrayList<>();
    for (String build : outbox.builds()) {
      for (Slot slot : outbox.ofBuild(build)) {
        slot.read().ifPresent(found::add);
      }
    }
    return found;
  }

  /**
   * Sends them, but those of builds that other processes see to.
   *
   * @param limit how long to try while Pub/Sub can't be reached
   */
  public Sent send(Destination destination, Duration limit)
      throws IOException, InterruptedException {
    Instant end = clock.instant().plus(limit);
    Backlog backlog = new Backlog(outbox, destination, "");
    Backoff backoff = new Backoff();
    List<String> problems = new ArrayList<>();
    try (Post post = new Post(destination, PATIENCE)) {
      while (!backlog.isEmpty()) {
        try {
          backlog.sendOne(post);
          backoff.reset();
        } catch (PublishException e) {
          Duration pause = backoff.next();
          if (clock.instant().plus(pause).isAfter(end)) {
            problems.add(e.text());
            break;
          }
          Thread.sleep(pause);
        }
      }
    }
    problems.addAll(backlog.problems());
    return new Sent(backlog.sent(), list().size(), problems);
  }

  /**
   * Drops them, but those of builds that other processes see to.
   *
   * @return how many
   */
  public int discard() throws IOException {
    int dropped = 0;
    for (String build : outbox.builds()) {
      Optional<Lock> lock = outbox.lock(build);
      if (lock.isPresent()) {
        try (Lock _ = lock.get()) {
          for (Slot slot : outbox.ofBuild(build)) {
            slot.remove();
            dropped++;
          }
        }
      }
    }
    return dropped;
  }
}
