package dev.groundbuild.runner.pubsub;

import com.google.pubsub.v1.ReceivedMessage;
import com.google.pubsub.v1.StreamingPullRequest;
import com.google.pubsub.v1.StreamingPullResponse;
import com.google.pubsub.v1.Subscription;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.List;

/** One streaming pull. It takes no more than its client has said it can hold. */
final class StreamTaker implements Taker {
  private final ServerCallStreamObserver<StreamingPullResponse> call;
  private final Subscribed from;
  private final long mostMessages;
  private final long mostBytes;
  private int ackDeadlineSeconds;
  private long messages;
  private long bytes;
  private boolean over;

  StreamTaker(
      ServerCallStreamObserver<StreamingPullResponse> call,
      Subscribed from,
      StreamingPullRequest first) {
    this.call = call;
    this.from = from;
    this.mostMessages = limit(first.getMaxOutstandingMessages());
    this.mostBytes = limit(first.getMaxOutstandingBytes());
    this.ackDeadlineSeconds = first.getStreamAckDeadlineSeconds();
  }

  private static long limit(long given) {
    return given <= 0 ? Long.MAX_VALUE : given;
  }

  Subscribed from() {
    return from;
  }

  void ackDeadline(int seconds) {
    ackDeadlineSeconds = seconds;
  }

  @Override
  public boolean wants() {
    return !ended() && call.isReady() && messages < mostMessages && bytes < mostBytes;
  }

  @Override
  public int ackDeadlineSeconds() {
    return ackDeadlineSeconds;
  }

  @Override
  public void leased(Stored message) {
    messages++;
    bytes += message.length;
  }

  @Override
  public void over(Stored message) {
    messages--;
    bytes -= message.length;
  }

  @Override
  public void hand(List<ReceivedMessage> handed) {
    say(StreamingPullResponse.newBuilder().addAllReceivedMessages(handed));
  }

  /** Sends a response; with it goes what clients want to know of the subscription. */
  void say(StreamingPullResponse.Builder response) {
    if (ended()) {
      return;
    }
    Subscription told = from.told();
    call.onNext(
        response
            .setSubscriptionProperties(
                StreamingPullResponse.SubscriptionProperties.newBuilder()
                    .setExactlyOnceDeliveryEnabled(told.getEnableExactlyOnceDelivery())
                    .setMessageOrderingEnabled(told.getEnableMessageOrdering()))
            .build());
  }

  @Override
  public long until() {
    return Long.MAX_VALUE;
  }

  @Override
  public void giveUp() {}

  @Override
  public void refuse(StatusRuntimeException why) {
    if (!ended()) {
      call.onError(why);
    }
    over = true;
  }

  /** The client says no more. */
  void complete() {
    if (!ended()) {
      call.onCompleted();
    }
    over = true;
  }

  /** The client is gone. */
  void gone() {
    over = true;
  }

  @Override
  public boolean ended() {
    return over || call.isCancelled();
  }
}
