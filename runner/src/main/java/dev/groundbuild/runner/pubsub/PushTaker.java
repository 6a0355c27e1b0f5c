package dev.groundbuild.runner.pubsub;

import com.google.pubsub.v1.ReceivedMessage;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;

/**
 * A push endpoint: each message is a POST of its own, and the answer's code says whether it is
 * acknowledged. What is not comes again after the subscription's backoff.
 */
final class PushTaker implements Taker {
  /** Google: these acknowledge; anything else does not. */
  private static final Set<Integer> ACKNOWLEDGE = Set.of(102, 200, 201, 202, 204);

  private static final int AT_ONCE = 32;

  private final Subscribed from;
  private final HttpClient client;
  private final Turns turns;
  private int underWay;
  private boolean over;

  PushTaker(Subscribed from, HttpClient client, Turns turns) {
    this.from = from;
    this.client = client;
    this.turns = turns;
  }

  @Override
  public boolean wants() {
    return !over && underWay < AT_ONCE;
  }

  @Override
  public int ackDeadlineSeconds() {
    return from.told().getAckDeadlineSeconds();
  }

  @Override
  public void leased(Stored message) {
    underWay++;
  }

  @Override
  public void over(Stored message) {
    underWay--;
  }

  @Override
  public void hand(List<ReceivedMessage> messages) {
    for (ReceivedMessage message : messages) {
      HttpRequest request = PushEnvelope.request(from.told(), message);
      var _ =
          client
              .sendAsync(request, HttpResponse.BodyHandlers.discarding())
              .whenComplete((response, _) ->
                  answered(
                      message.getAckId(),
                      response != null && ACKNOWLEDGE.contains(response.statusCode())));
    }
  }

  private void answered(String ackId, boolean acknowledged) {
    turns.submit(
        new Turns.Turn() {
          @Override
          public Runnable take(Broker broker) {
            if (acknowledged) {
              broker.acknowledge(from, List.of(ackId));
            } else {
              broker.extend(from, List.of(ackId), 0);
            }
            return () -> {};
          }

          @Override
          public void refuse(StatusRuntimeException why) {}
        });
  }

  @Override
  public long until() {
    return Long.MAX_VALUE;
  }

  @Override
  public void giveUp() {}

  @Override
  public void refuse(StatusRuntimeException why) {
    over = true;
  }

  /** Pushes nothing more; what is under way may still be answered. */
  void end() {
    over = true;
  }

  @Override
  public boolean ended() {
    return over;
  }
}
