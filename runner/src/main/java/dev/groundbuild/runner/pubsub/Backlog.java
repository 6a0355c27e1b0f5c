package dev.groundbuild.runner.pubsub;

import dev.groundbuild.runner.pubsub.Delivery.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription has not acknowledged yet: pure bookkeeping, in which time is what it is told.
 * Only the broker's thread uses it.
 */
final class Backlog {
  /** By id, that is by age. */
  private final TreeMap<Long, Delivery> all = new TreeMap<>();

  /** Acknowledged, kept for a seek. */
  private final TreeMap<Long, Stored> retained = new TreeMap<>();

  /** May hold some that are no longer ready; those are passed over. */
  private final ArrayDeque<Delivery> ready = new ArrayDeque<>();

  /** Leased and delayed ones. */
  private final TreeSet<Delivery> timed =
      new TreeSet<>(
          Comparator.<Delivery>comparingLong(d -> d.due).thenComparingLong(d -> d.message.id));

  /** The first of each key's is the only one that is not blocked. */
  private final Map<String, ArrayDeque<Delivery>> keys = new HashMap<>();

  private final Consumer<Stored> dropped;
  private DeliveryRules rules;

  /**
   * @param dropped is told of each message that this has no longer
   */
  Backlog(DeliveryRules rules, Consumer<Stored> dropped) {
    this.rules = rules;
    this.dropped = dropped;
  }

  void rules(DeliveryRules changed) {
    rules = changed;
  }

  int size() {
    return all.size();
  }

  /** With those that are retained. */
  int held() {
    return all.size() + retained.size();
  }

  void add(Stored message) {
    Delivery delivery = new Delivery(message);
    if (all.putIfAbsent(message.id, delivery) != null) {
      return;
    }
    message.holders++;
    if (!rules.ordered() || message.key.isEmpty()) {
      ready(delivery);
      return;
    }
    ArrayDeque<Delivery> sameKey = keys.computeIfAbsent(message.key, _ -> new ArrayDeque<>());
    sameKey.addLast(delivery);
    if (sameKey.size() == 1) {
      ready(delivery);
    }
  }

  private void ready(Delivery delivery) {
    delivery.state = State.READY;
    ready.addLast(delivery);
  }

  /** Leases the next message, if one is ready. */
  @Nullable Delivery lease(Taker to, long now) {
    Delivery next = ready.poll();
    while (next != null && next.state != State.READY) {
      next = ready.poll();
    }
    if (next == null) {
      return null;
    }
    next.state = State.LEASED;
    next.attempts++;
    next.holder = to;
    next.due = now + to.ackDeadlineSeconds() * 1000L;
    timed.add(next);
    to.leased(next.message);
    return next;
  }

  /**
   * Whether an acknowledgement counts; {@link #acked} follows then.
   *
   * @param lease by which the subscriber has it. A late one counts as long as nobody else has the
   *     message
   * @param strict whether only a lease that still runs counts
   */
  boolean acknowledges(long id, int lease, boolean strict) {
    Delivery delivery = all.get(id);
    if (delivery == null) {
      return false;
    }
    return delivery.state == State.LEASED
        ? delivery.attempts == lease
        : !strict && delivery.attempts >= lease;
  }

  /** The message is acknowledged, whoever had it. */
  void acked(long id) {
    Delivery delivery = all.get(id);
    if (delivery == null) {
      return;
    }
    if (rules.retainAcked()) {
      delivery.message.holders++;
      retained.put(id, delivery.message);
    }
    remove(delivery);
  }

  private void remove(Delivery delivery) {
    free(delivery);
    delivery.state = State.DONE;
    all.remove(delivery.message.id);
    ArrayDeque<Delivery> sameKey = keys.get(delivery.message.key);
    if (sameKey != null) {
      boolean first = sameKey.peekFirst() == delivery;
      sameKey.remove(delivery);
      Delivery next = sameKey.peekFirst();
      if (next == null) {
        keys.remove(delivery.message.key);
      } else if (first) {
        ready(next);
      }
    }
    release(delivery.message);
  }

  private void release(Stored message) {
    message.holders--;
    dropped.accept(message);
  }

  /** Takes it from whoever has it, and from the clock. */
  private void free(Delivery delivery) {
    if (delivery.state == State.LEASED || delivery.state == State.DELAYED) {
      timed.remove(delivery);
    }
    Taker holder = delivery.holder;
    if (holder != null) {
      delivery.holder = null;
      holder.over(delivery.message);
    }
  }

  /**
   * Gives a lease more time, or none.
   *
   * @param seconds 0 gives the message back at once
   * @param dead takes a message that has come back too often
   * @return whether the lease still ran
   */
  boolean extend(long id, int lease, int seconds, long now, Consumer<Delivery> dead) {
    Delivery delivery = all.get(id);
    if (delivery == null || delivery.state != State.LEASED || delivery.attempts != lease) {
      return false;
    }
    if (seconds == 0) {
      comesBack(delivery, now, dead);
      return true;
    }
    timed.remove(delivery);
    delivery.due = now + seconds * 1000L;
    timed.add(delivery);
    return true;
  }

  private void comesBack(Delivery delivery, long now, Consumer<Delivery> dead) {
    free(delivery);
    if (rules.maxAttempts() > 0 && delivery.attempts >= rules.maxAttempts()) {
      // Out of the way while the broker decides; it stays if there is nowhere to send it.
      delay(delivery, now + Math.max(1000, rules.backoff(delivery.attempts)));
      dead.accept(delivery);
      return;
    }
    long backoff = rules.backoff(delivery.attempts);
    if (backoff > 0) {
      delay(delivery, now + backoff);
    } else {
      ready(delivery);
    }
  }

  private void delay(Delivery delivery, long until) {
    delivery.state = State.DELAYED;
    delivery.due = until;
    timed.add(delivery);
  }

  /** Does what is due. */
  void tick(long now, Consumer<Delivery> dead) {
    while (!timed.isEmpty() && timed.first().due <= now) {
      Delivery delivery = timed.first();
      if (delivery.state == State.LEASED) {
        comesBack(delivery, now, dead);
      } else {
        timed.remove(delivery);
        ready(delivery);
      }
    }
    while (!all.isEmpty()
        && all.firstEntry().getValue().message.published + rules.retention() <= now) {
      remove(all.firstEntry().getValue());
    }
    long keepFrom = rules.retainAcked() ? now - rules.retention() : Long.MAX_VALUE;
    while (!retained.isEmpty() && retained.firstEntry().getValue().published <= keepFrom) {
      release(retained.pollFirstEntry().getValue());
    }
  }

  /** When {@link #tick} has something to do. */
  long nextDue() {
    long due = timed.isEmpty() ? Long.MAX_VALUE : timed.first().due;
    if (!all.isEmpty()) {
      due = Math.min(due, all.firstEntry().getValue().message.published + rules.retention());
    }
    if (!retained.isEmpty()) {
      due = Math.min(due, retained.firstEntry().getValue().published + rules.retention());
    }
    return due;
  }

  /** Everything published before is acknowledged, what is retained from then on is not. */
  void seek(long time) {
    List<Stored> stay = new ArrayList<>();
    for (Delivery delivery : all.values()) {
      free(delivery);
      delivery.state = State.DONE;
      if (delivery.message.published < time && rules.retainAcked()) {
        delivery.message.holders++;
        retained.put(delivery.message.id, delivery.message);
      }
      if (delivery.message.published >= time) {
        stay.add(delivery.message);
      }
    }
    retained.values().stream().filter(s -> s.published >= time).forEach(stay::add);
    List<Stored> before = new ArrayList<>(all.values().stream().map(d -> d.message).toList());
    before.addAll(retained.values().stream().filter(s -> s.published >= time).toList());
    retained.values().removeIf(s -> s.published >= time);
    all.clear();
    ready.clear();
    timed.clear();
    keys.clear();
    stay.sort(Comparator.comparingLong(s -> s.id));
    stay.forEach(this::add);
    before.forEach(this::release);
  }

  /** Forgets everything. */
  void clear() {
    List<Delivery> before = List.copyOf(all.values());
    before.forEach(this::free);
    before.forEach(d -> d.state = State.DONE);
    all.clear();
    ready.clear();
    timed.clear();
    keys.clear();
    before.forEach(d -> release(d.message));
    List.copyOf(retained.values()).forEach(this::release);
    retained.clear();
  }

  /** Everything that it has, retained ones too. */
  void each(Consumer<Stored> use) {
    all.values().forEach(d -> use.accept(d.message));
    retained.values().forEach(use);
  }

  long[] ids() {
    return LongStream.concat(
            all.keySet().stream().mapToLong(Objects::requireNonNull),
            retained.keySet().stream().mapToLong(Objects::requireNonNull))
        .sorted()
        .toArray();
  }

  long[] retainedIds() {
    return retained.keySet().stream().mapToLong(Objects::requireNonNull).toArray();
  }
}
