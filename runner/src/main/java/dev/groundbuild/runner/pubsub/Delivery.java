package dev.groundbuild.runner.pubsub;

import org.jspecify.annotations.Nullable;

/** One message for one subscription, until it is acknowledged. */
final class Delivery {
  final Stored message;
  State state = State.BLOCKED;

  /** How often it has been handed out; not kept across restarts. */
  int attempts;

  /** In milliseconds since 1970: when a lease or a delay ends. */
  long due;

  /** Who has it, while it is leased. */
  @Nullable Taker holder;

  enum State {
    /** Behind an earlier message of the same ordering key. */
    BLOCKED,
    /** Can be handed out. */
    READY,
    /** With a subscriber, who has until {@link #due} to acknowledge it. */
    LEASED,
    /** Came back, and waits until {@link #due}. */
    DELAYED,
    /** Acknowledged, expired or dropped. */
    DONE
  }

  Delivery(Stored message) {
    this.message = message;
  }
}
