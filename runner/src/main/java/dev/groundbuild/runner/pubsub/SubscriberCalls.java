package dev.groundbuild.runner.pubsub;

import com.google.protobuf.Empty;
import com.google.protobuf.util.Timestamps;
import com.google.pubsub.v1.AcknowledgeRequest;
import com.google.pubsub.v1.CreateSnapshotRequest;
import com.google.pubsub.v1.DeleteSnapshotRequest;
import com.google.pubsub.v1.DeleteSubscriptionRequest;
import com.google.pubsub.v1.GetSnapshotRequest;
import com.google.pubsub.v1.GetSubscriptionRequest;
import com.google.pubsub.v1.ListSnapshotsRequest;
import com.google.pubsub.v1.ListSnapshotsResponse;
import com.google.pubsub.v1.ListSubscriptionsRequest;
import com.google.pubsub.v1.ListSubscriptionsResponse;
import com.google.pubsub.v1.ModifyAckDeadlineRequest;
import com.google.pubsub.v1.ModifyPushConfigRequest;
import com.google.pubsub.v1.PullRequest;
import com.google.pubsub.v1.PullResponse;
import com.google.pubsub.v1.SeekRequest;
import com.google.pubsub.v1.SeekResponse;
import com.google.pubsub.v1.Snapshot;
import com.google.pubsub.v1.StreamingPullRequest;
import com.google.pubsub.v1.StreamingPullResponse;
import com.google.pubsub.v1.SubscriberGrpc;
import com.google.pubsub.v1.Subscription;
import com.google.pubsub.v1.UpdateSnapshotRequest;
import com.google.pubsub.v1.UpdateSubscriptionRequest;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Set;

/** The calls about subscriptions. */
final class SubscriberCalls extends SubscriberGrpc.SubscriberImplBase {
  private static final Set<String> FIXED =
      Set.of("name", "topic", "filter", "enable_message_ordering", "detached", "state");

  /** How long a pull waits for a first message. */
  private static final long PULL_MILLIS = 60_000;

  private final Turns turns;
  private final Pushing pushing;

  SubscriberCalls(Turns turns, Pushing pushing) {
    this.turns = turns;
    this.pushing = pushing;
  }

  @Override
  public void createSubscription(Subscription given, StreamObserver<Subscription> call) {
    turns.answer(
        call,
        broker -> {
          Subscription made = SubscriptionChecks.completed(given);
          if (broker.ledger().subscriptions().containsKey(made.getName())) {
            throw Refused.exists(ResourceName.subscription(made.getName()));
          }
          broker.topic(made.getTopic());
          put(broker, broker.ledger().nextSubscription(), made.toBuilder().clearDetached().build());
          return made;
        });
  }

  private void put(Broker broker, int number, Subscription subscription) {
    broker.ledger().record(new Entry.PutSubscription(number, subscription));
    broker.ledger().numbered(number).ifPresent(pushing::follow);
  }

  @Override
  public void getSubscription(GetSubscriptionRequest request, StreamObserver<Subscription> call) {
    turns.answer(call, broker -> broker.subscription(request.getSubscription()).told());
  }

  @Override
  public void updateSubscription(
      UpdateSubscriptionRequest request, StreamObserver<Subscription> call) {
    turns.answer(
        call,
        broker -> {
          Subscribed known = broker.subscription(request.getSubscription().getName());
          Subscription.Builder changed = known.told().toBuilder();
          FieldUpdates.merge(request.getUpdateMask(), request.getSubscription(), changed, FIXED);
          put(broker, known.number, SubscriptionChecks.completed(changed.build()));
          return known.told();
        });
  }

  @Override
  public void modifyPushConfig(ModifyPushConfigRequest request, StreamObserver<Empty> call) {
    turns.answer(
        call,
        broker -> {
          Subscribed known = broker.subscription(request.getSubscription());
          Subscription changed =
              known.told().toBuilder().setPushConfig(request.getPushConfig()).build();
          put(broker, known.number, SubscriptionChecks.completed(changed));
          return Empty.getDefaultInstance();
        });
  }

  @Override
  public void listSubscriptions(
      ListSubscriptionsRequest request, StreamObserver<ListSubscriptionsResponse> call) {
    turns.answer(
        call,
        broker -> {
          String prefix =
              "projects/" + ResourceName.project(request.getProject()) + "/subscriptions/";
          Pages<Subscribed> page =
              Pages.page(
                  PublisherCalls.within(broker.ledger().subscriptions(), prefix),
                  s -> s.told().getName(),
                  request.getPageSize(),
                  request.getPageToken());
          return ListSubscriptionsResponse.newBuilder()
              .addAllSubscriptions(page.items().stream().map(Subscribed::told).toList())
              .setNextPageToken(page.next())
              .build();
        });
  }

  @Override
  public void deleteSubscription(DeleteSubscriptionRequest request, StreamObserver<Empty> call) {
    turns.answer(
        call,
        broker -> {
          Subscribed known = broker.subscription(request.getSubscription());
          broker.ledger().record(new Entry.DropSubscription(known.number));
          broker.refuseTakers(known, Refused.notFound(known.name));
          return Empty.getDefaultInstance();
        });
  }

  @Override
  public void pull(PullRequest request, StreamObserver<PullResponse> call) {
    ServerCallStreamObserver<PullResponse> waiting = (ServerCallStreamObserver<PullResponse>) call;
    waiting.setOnCancelHandler(() -> turns.run(() -> {}));
    turns.submit(
        new Turns.Turn() {
          @Override
          public Runnable take(Broker broker) {
            waitFor(request, waiting, broker);
            return () -> {};
          }

          @Override
          public void refuse(StatusRuntimeException why) {
            call.onError(why);
          }
        });
  }

  @SuppressWarnings("deprecation") // Old clients ask for an immediate answer.
  private static void waitFor(
      PullRequest request, ServerCallStreamObserver<PullResponse> call, Broker broker) {
    if (request.getMaxMessages() < 1) {
      throw Refused.invalid(
          "max_messages is " + request.getMaxMessages() + "; it must be more than 0.");
    }
    Subscribed from = broker.attached(request.getSubscription());
    if (from.pushes()) {
      throw Refused.notNow(
          "This method is not supported for this subscription type: it pushes ("
              + from.name
              + ").");
    }
    long until = broker.now() + (request.getReturnImmediately() ? 0 : PULL_MILLIS);
    from.takers.addLast(
        new PullTaker(call, request.getMaxMessages(), from.told().getAckDeadlineSeconds(), until));
  }

  @Override
  public StreamObserver<StreamingPullRequest> streamingPull(
      StreamObserver<StreamingPullResponse> call) {
    return StreamingCall.of(turns, (ServerCallStreamObserver<StreamingPullResponse>) call);
  }

  @Override
  public void acknowledge(AcknowledgeRequest request, StreamObserver<Empty> call) {
    turns.answer(
        call,
        broker -> {
          Subscribed from = broker.subscription(request.getSubscription());
          some(request.getAckIdsList());
          return LeaseErrors.unless(from, broker.acknowledge(from, request.getAckIdsList()));
        });
  }

  @Override
  public void modifyAckDeadline(ModifyAckDeadlineRequest request, StreamObserver<Empty> call) {
    turns.answer(
        call,
        broker -> {
          Subscribed from = broker.subscription(request.getSubscription());
          some(request.getAckIdsList());
          int seconds = DeadlineChecks.check(request.getAckDeadlineSeconds());
          return LeaseErrors.unless(from, broker.extend(from, request.getAckIdsList(), seconds));
        });
  }

  private static void some(List<String> ackIds) {
    if (ackIds.isEmpty()) {
      throw Refused.invalid("No ack ids are given.");
    }
    for (String id : ackIds) {
      if (AckId.parse(id).isEmpty()) {
        throw Refused.invalid(
            "You have passed an invalid ack ID to the service (ack_id=" + id + ").");
      }
    }
  }

  @Override
  public void seek(SeekRequest request, StreamObserver<SeekResponse> call) {
    turns.answer(
        call,
        broker -> {
          if (request.hasSnapshot()) {
            throw Refused.notHere("Snapshots");
          }
          if (!request.hasTime() || !Timestamps.isValid(request.getTime())) {
            throw Refused.invalid("Give the time to seek to.");
          }
          Subscribed from = broker.attached(request.getSubscription());
          broker
              .ledger()
              .record(new Entry.Sought(from.number, Timestamps.toMillis(request.getTime())));
          return SeekResponse.getDefaultInstance();
        });
  }

  @Override
  public void getSnapshot(GetSnapshotRequest request, StreamObserver<Snapshot> call) {
    call.onError(Refused.notHere("Snapshots"));
  }

  @Override
  public void listSnapshots(
      ListSnapshotsRequest request, StreamObserver<ListSnapshotsResponse> call) {
    call.onError(Refused.notHere("Snapshots"));
  }

  @Override
  public void createSnapshot(CreateSnapshotRequest request, StreamObserver<Snapshot> call) {
    call.onError(Refused.notHere("Snapshots"));
  }

  @Override
  public void updateSnapshot(UpdateSnapshotRequest request, StreamObserver<Snapshot> call) {
    call.onError(Refused.notHere("Snapshots"));
  }

  @Override
  public void deleteSnapshot(DeleteSnapshotRequest request, StreamObserver<Empty> call) {
    call.onError(Refused.notHere("Snapshots"));
  }
}
