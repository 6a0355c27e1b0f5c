package dev.groundbuild.runner.pubsub;

import com.google.pubsub.v1.PullResponse;
import com.google.pubsub.v1.ReceivedMessage;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.List;

/** One Pull call that waits for messages. */
final class PullTaker implements Taker {
  private final ServerCallStreamObserver<PullResponse> call;
  private final int ackDeadlineSeconds;
  private final long until;
  private int more;
  private boolean over;

  /**
   * @param most messages that it takes
   * @param until when it is answered without any, in milliseconds since 1970
   */
  PullTaker(
      ServerCallStreamObserver<PullResponse> call, int most, int ackDeadlineSeconds, long until) {
    this.call = call;
    this.more = most;
    this.ackDeadlineSeconds = ackDeadlineSeconds;
    this.until = until;
  }

  @Override
  public boolean wants() {
    return more > 0 && !ended();
  }

  @Override
  public int ackDeadlineSeconds() {
    return ackDeadlineSeconds;
  }

  @Override
  public void leased(Stored message) {
    more--;
  }

  @Override
  public void over(Stored message) {}

  @Override
  public void hand(List<ReceivedMessage> messages) {
    over = true;
    call.onNext(PullResponse.newBuilder().addAllReceivedMessages(messages).build());
    call.onCompleted();
  }

  @Override
  public long until() {
    return until;
  }

  @Override
  public void giveUp() {
    over = true;
    call.onNext(PullResponse.getDefaultInstance());
    call.onCompleted();
  }

  @Override
  public void refuse(StatusRuntimeException why) {
    over = true;
    call.onError(why);
  }

  @Override
  public boolean ended() {
    return over || call.isCancelled();
  }
}
