package dev.groundbuild.runner.pubsub;

import com.google.pubsub.v1.ReceivedMessage;
import io.grpc.StatusRuntimeException;
import java.util.List;

/**
 * Somebody who takes a subscription's messages: a pull, a stream, a push endpoint. All calls are on
 * the broker's thread and must not block.
 */
interface Taker {
  /** Whether it takes another message now, beside those handed to it and not yet over. */
  boolean wants();

  /** How long it has for a message before that is handed out again. */
  int ackDeadlineSeconds();

  /** A message is its; {@link #hand} follows. */
  void leased(Stored message);

  /** A message that was its is acknowledged, given back, or its time is up. */
  void over(Stored message);

  /** Gives it messages, at least one. What led to them is in the journal by then. */
  void hand(List<ReceivedMessage> messages);

  /** When it gives up waiting, in milliseconds since 1970. */
  long until();

  /** It gets nothing: its time is up. */
  void giveUp();

  /** It gets nothing any more: the subscription is gone. */
  void refuse(StatusRuntimeException why);

  /** Whether it takes nothing any more. */
  boolean ended();
}
