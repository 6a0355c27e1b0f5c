package dev.groundbuild.runner.pubsub;

import com.google.pubsub.v1.StreamingPullRequest;
import com.google.pubsub.v1.StreamingPullResponse;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a client sends on a streaming pull: first what it wants, then acknowledgements. */
final class StreamingCall implements StreamObserver<StreamingPullRequest> {
  private final Turns turns;
  private final ServerCallStreamObserver<StreamingPullResponse> call;

  /** Only the broker's thread sees it. */
  private @Nullable StreamTaker taker;

  private boolean over;

  private StreamingCall(Turns turns, ServerCallStreamObserver<StreamingPullResponse> call) {
    this.turns = turns;
    this.call = call;
  }

  static StreamingCall of(Turns turns, ServerCallStreamObserver<StreamingPullResponse> call) {
    StreamingCall one = new StreamingCall(turns, call);
    call.setOnReadyHandler(() -> turns.run(() -> {}));
    call.setOnCancelHandler(() -> one.end(StreamTaker::gone));
    return one;
  }

  @Override
  public void onNext(StreamingPullRequest request) {
    turns.submit(
        new Turns.Turn() {
          @Override
          public Runnable take(Broker broker) {
            return over ? () -> {} : taken(request, broker);
          }

          @Override
          public void refuse(StatusRuntimeException why) {
            StreamTaker known = taker;
            if (known != null) {
              known.refuse(why);
            } else if (!over && !call.isCancelled()) {
              call.onError(why);
            }
            over = true;
          }
        });
  }

  private Runnable taken(StreamingPullRequest request, Broker broker) {
    StreamTaker known = taker;
    if (known == null) {
      StreamTaker first = first(request, broker);
      taker = first;
      first.from().takers.addLast(first);
      known = first;
    } else {
      if (!request.getSubscription().isEmpty()) {
        throw Refused.invalid("Only the first request of a stream names the subscription.");
      }
      if (request.getStreamAckDeadlineSeconds() != 0) {
        known.ackDeadline(checked(request.getStreamAckDeadlineSeconds()));
      }
    }
    StreamingPullResponse.Builder confirmed = StreamingPullResponse.newBuilder();
    acknowledge(request, known.from(), broker, confirmed);
    extend(request, known.from(), broker, confirmed);
    StreamTaker to = known;
    boolean confirms =
        known.from().strict()
            && (request.getAckIdsCount() > 0 || request.getModifyDeadlineAckIdsCount() > 0);
    return confirms ? () -> to.say(confirmed) : () -> {};
  }

  private StreamTaker first(StreamingPullRequest request, Broker broker) {
    Subscribed from = broker.attached(request.getSubscription());
    if (from.pushes()) {
      throw Refused.notNow(
          "This method is not supported for this subscription type: it pushes ("
              + from.name
              + ").");
    }
    checked(request.getStreamAckDeadlineSeconds());
    return new StreamTaker(call, from, request);
  }

  private static int checked(int seconds) {
    if (seconds < 10 || seconds > 600) {
      throw Refused.invalid(
          "stream_ack_deadline_seconds is " + seconds + "; it must be from 10 to 600.");
    }
    return seconds;
  }

  private static void acknowledge(
      StreamingPullRequest request,
      Subscribed from,
      Broker broker,
      StreamingPullResponse.Builder confirmed) {
    if (request.getAckIdsCount() == 0) {
      return;
    }
    List<String> done = new ArrayList<>(request.getAckIdsList());
    List<String> not = broker.acknowledge(from, done);
    done.removeAll(not);
    confirmed.getAcknowledgeConfirmationBuilder().addAllAckIds(done).addAllInvalidAckIds(not);
  }

  private static void extend(
      StreamingPullRequest request,
      Subscribed from,
      Broker broker,
      StreamingPullResponse.Builder confirmed) {
    List<String> ids = request.getModifyDeadlineAckIdsList();
    List<Integer> seconds = request.getModifyDeadlineSecondsList();
    if (ids.size() != seconds.size()) {
      throw Refused.invalid("modify_deadline_seconds and _ack_ids are not of the same length.");
    }
    for (int i = 0; i < ids.size(); i++) {
      DeadlineChecks.check(seconds.get(i));
      List<String> not = broker.extend(from, List.of(ids.get(i)), seconds.get(i));
      if (not.isEmpty()) {
        confirmed.getModifyAckDeadlineConfirmationBuilder().addAckIds(ids.get(i));
      } else {
        confirmed.getModifyAckDeadlineConfirmationBuilder().addInvalidAckIds(ids.get(i));
      }
    }
  }

  @Override
  public void onError(Throwable gone) {
    end(StreamTaker::gone);
  }

  @Override
  public void onCompleted() {
    end(StreamTaker::complete);
  }

  private void end(Consumer<StreamTaker> how) {
    turns.run(() -> {
      StreamTaker known = taker;
      if (known != null) {
        how.accept(known);
      } else if (!over && !call.isCancelled()) {
        call.onCompleted();
      }
      over = true;
    });
  }
}
