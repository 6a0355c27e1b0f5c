package dev.groundbuild.runner.pubsub;

import com.google.protobuf.util.Timestamps;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.ReceivedMessage;
import com.google.pubsub.v1.Topic;
import io.grpc.StatusRuntimeException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What all of Pub/Sub's calls come down to: publishing, handing out, and what time brings. Only the
 * thread of {@link Turns} uses it, and what it refers to.
 */
final class Broker {
  /** What one response carries at most, unless its first message alone is larger. */
  private static final int RESPONSE_BYTES = 4 << 20;

  private static final int RESPONSE_MESSAGES = 1000;

  /**
   * More than a waiting message takes in memory, for each subscription: its data is on the disk.
   */
  private static final long BYTES_PER_MESSAGE = 250;

  private final Ledger ledger;
  private final InstantSource clock;
  private final boolean autoCreate;
  private final long mostWaiting = Runtime.getRuntime().maxMemory() / 2 / BYTES_PER_MESSAGE;

  Broker(Ledger ledger, InstantSource clock, boolean autoCreate) {
    this.ledger = ledger;
    this.clock = clock;
    this.autoCreate = autoCreate;
  }

  Ledger ledger() {
    return ledger;
  }

  long now() {
    return clock.millis();
  }

  Topic topic(String text) {
    ResourceName name = ResourceName.topic(text);
    Topic topic = ledger.topics().get(text);
    if (topic == null && autoCreate) {
      ledger.record(new Entry.PutTopic(Topic.newBuilder().setName(text).build()));
      topic = ledger.topics().get(text);
    }
    if (topic == null) {
      throw Refused.notFound(name);
    }
    return topic;
  }

  Subscribed subscription(String text) {
    ResourceName name = ResourceName.subscription(text);
    Subscribed subscription = ledger.subscriptions().get(text);
    if (subscription == null) {
      throw Refused.notFound(name);
    }
    return subscription;
  }

  /** The same for somebody who wants its messages. */
  Subscribed attached(String text) {
    Subscribed subscription = subscription(text);
    if (subscription.told().getDetached()) {
      throw Refused.notNow("The subscription is detached from its topic (" + text + ").");
    }
    return subscription;
  }

  /** Publishes messages that have been checked, if there is room for them, and says their ids. */
  List<String> accept(String topic, List<PubsubMessage> messages) {
    long held = ledger.held();
    if (held > mostWaiting && !ledger.subscriptionsOf(topic).isEmpty()) {
      throw Refused.full(
          "%d messages wait to be acknowledged or are retained; more do not fit into this process's memory."
              .formatted(held));
    }
    return publish(topic, messages);
  }

  private List<String> publish(String topic, List<PubsubMessage> messages) {
    List<Subscribed> to = ledger.subscriptionsOf(topic);
    List<String> ids = new ArrayList<>();
    long now = now();
    for (PubsubMessage message : messages) {
      long id = ledger.nextMessage();
      PubsubMessage stamped =
          message.toBuilder()
              .setMessageId(Long.toString(id))
              .setPublishTime(Timestamps.fromMillis(now))
              .build();
      int[] numbers =
          to.stream()
              .filter(s -> s.filter.matches(message.getAttributesMap()))
              .mapToInt(s -> s.number)
              .toArray();
      if (numbers.length == 0) {
        // Nobody will get it: only its id is used up.
        ledger.record(new Entry.Counters(id + 1, 0));
      } else {
        ledger.record(new Entry.Published(id, now, numbers, stamped.toByteArray()));
      }
      ids.add(stamped.getMessageId());
    }
    return ids;
  }

  /** Acknowledges what of these can be; gives back the others' ids. */
  List<String> acknowledge(Subscribed subscription, List<String> ackIds) {
    List<String> not = new ArrayList<>();
    long[] ids = new long[ackIds.size()];
    int count = 0;
    for (String text : ackIds) {
      AckId id = subscription.own(text).orElse(null);
      if (id != null
          && subscription.backlog.acknowledges(id.message(), id.lease(), subscription.strict())) {
        ids[count++] = id.message();
      } else {
        not.add(text);
      }
    }
    if (count > 0) {
      ledger.record(new Entry.Acked(subscription.number, Arrays.copyOf(ids, count)));
    }
    return not;
  }

  /**
   * Gives leases another time, from now on; 0 gives the messages back.
   *
   * @return the ids of leases that do not run
   */
  List<String> extend(Subscribed subscription, List<String> ackIds, int seconds) {
    long now = now();
    List<String> not = new ArrayList<>();
    for (String text : ackIds) {
      AckId id = subscription.own(text).orElse(null);
      if (id == null
          || !subscription.backlog.extend(
              id.message(), id.lease(), seconds, now, d -> bury(subscription, d))) {
        not.add(text);
      }
    }
    return not;
  }

  /** Does what is due now. */
  void tick() {
    long now = now();
    for (Subscribed one : ledger.subscriptions().values()) {
      one.backlog.tick(now, d -> bury(one, d));
    }
  }

  /** Sends a message that has come back too often to the dead letter topic, if there is one. */
  private void bury(Subscribed from, Delivery delivery) {
    String topic = from.told().getDeadLetterPolicy().getDeadLetterTopic();
    if (!ledger.topics().containsKey(topic)) {
      return;
    }
    PubsubMessage message = ledger.read(delivery.message);
    String source = "CloudPubSubDeadLetterSource";
    PubsubMessage buried =
        message.toBuilder()
            .putAttributes(source + "DeliveryCount", Integer.toString(delivery.attempts))
            .putAttributes(source + "Subscription", from.name.id())
            .putAttributes(source + "SubscriptionProject", from.name.project())
            .putAttributes(
                source + "TopicPublishTime", Timestamps.toString(message.getPublishTime()))
            .build();
    publish(topic, List.of(buried));
    ledger.record(new Entry.Acked(from.number, new long[] {delivery.message.id}));
  }

  /** Hands out what is ready, to those who want it, in turn. */
  void handOut() {
    long now = now();
    for (Subscribed one : ledger.subscriptions().values()) {
      one.takers.removeIf(Taker::ended);
      int idle = 0;
      while (idle < one.takers.size()) {
        Taker next = one.takers.removeFirst();
        idle = handTo(next, one, now) ? 0 : idle + 1;
        if (next.until() <= now && !next.ended()) {
          next.giveUp();
        }
        if (!next.ended()) {
          one.takers.addLast(next);
        }
      }
    }
  }

  private boolean handTo(Taker taker, Subscribed from, long now) {
    List<ReceivedMessage> batch = new ArrayList<>();
    long bytes = 0;
    while (batch.size() < RESPONSE_MESSAGES && bytes < RESPONSE_BYTES && taker.wants()) {
      Delivery delivery = from.backlog.lease(taker, now);
      if (delivery == null) {
        break;
      }
      bytes += delivery.message.length;
      batch.add(received(delivery, from));
    }
    if (batch.isEmpty()) {
      return false;
    }
    taker.hand(batch);
    return true;
  }

  private ReceivedMessage received(Delivery delivery, Subscribed from) {
    ReceivedMessage.Builder received =
        ReceivedMessage.newBuilder()
            .setAckId(new AckId(from.number, delivery.message.id, delivery.attempts).toString())
            .setMessage(ledger.read(delivery.message));
    if (from.told().hasDeadLetterPolicy()) {
      received.setDeliveryAttempt(delivery.attempts);
    }
    return received.build();
  }

  /** When {@link #tick} or {@link #handOut} has something to do without being asked. */
  long nextDue() {
    long due = Long.MAX_VALUE;
    for (Subscribed one : ledger.subscriptions().values()) {
      due = Math.min(due, one.backlog.nextDue());
      for (Taker taker : one.takers) {
        due = Math.min(due, taker.until());
      }
    }
    return due;
  }

  /** Takes a subscription away from those who wait for its messages. */
  void refuseTakers(Subscribed from, StatusRuntimeException why) {
    List<Taker> takers = List.copyOf(from.takers);
    from.takers.clear();
    takers.forEach(t -> t.refuse(why));
  }
}
