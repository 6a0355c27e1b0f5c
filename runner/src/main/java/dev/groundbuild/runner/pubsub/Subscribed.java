package dev.groundbuild.runner.pubsub;

import com.google.pubsub.v1.Subscription;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Consumer;

/** A subscription, what it has not acknowledged, and who takes from it. */
final class Subscribed {
  final int number;
  final ResourceName name;
  final Backlog backlog;
  final AttributeFilter filter;

  /** Taken from in turn. */
  final ArrayDeque<Taker> takers = new ArrayDeque<>();

  private Subscription told;

  Subscribed(int number, Subscription told, Consumer<Stored> dropped) {
    this.number = number;
    this.told = told;
    this.name = ResourceName.subscription(told.getName());
    this.filter = AttributeFilter.parse(told.getFilter());
    this.backlog = new Backlog(DeliveryRules.of(told), dropped);
  }

  Subscription told() {
    return told;
  }

  void tell(Subscription changed) {
    told = changed;
    backlog.rules(DeliveryRules.of(changed));
  }

  String topic() {
    return told.getTopic();
  }

  boolean pushes() {
    return !told.getPushConfig().getPushEndpoint().isEmpty();
  }

  boolean strict() {
    return told.getEnableExactlyOnceDelivery();
  }

  /** The lease that an ack id of this subscription names; nothing for anything else. */
  Optional<AckId> own(String ackId) {
    return AckId.parse(ackId).filter(a -> a.subscription() == number);
  }
}
