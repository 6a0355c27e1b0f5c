package dev.groundbuild.runner.pubsub;

import com.google.protobuf.Empty;
import com.google.protobuf.util.Durations;
import com.google.pubsub.v1.DeleteTopicRequest;
import com.google.pubsub.v1.DetachSubscriptionRequest;
import com.google.pubsub.v1.DetachSubscriptionResponse;
import com.google.pubsub.v1.GetTopicRequest;
import com.google.pubsub.v1.ListTopicSnapshotsRequest;
import com.google.pubsub.v1.ListTopicSnapshotsResponse;
import com.google.pubsub.v1.ListTopicSubscriptionsRequest;
import com.google.pubsub.v1.ListTopicSubscriptionsResponse;
import com.google.pubsub.v1.ListTopicsRequest;
import com.google.pubsub.v1.ListTopicsResponse;
import com.google.pubsub.v1.PublishRequest;
import com.google.pubsub.v1.PublishResponse;
import com.google.pubsub.v1.PublisherGrpc;
import com.google.pubsub.v1.Topic;
import com.google.pubsub.v1.UpdateTopicRequest;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** The calls about topics. */
final class PublisherCalls extends PublisherGrpc.PublisherImplBase {
  /** What a subscription says whose topic is gone. */
  static final String DELETED = "_deleted-topic_";

  private final Turns turns;

  PublisherCalls(Turns turns) {
    this.turns = turns;
  }

  @Override
  public void createTopic(Topic topic, StreamObserver<Topic> call) {
    turns.answer(
        call,
        broker -> {
          ResourceName name = ResourceName.topic(topic.getName());
          check(topic);
          if (broker.ledger().topics().containsKey(topic.getName())) {
            throw Refused.exists(name);
          }
          Topic made = topic.toBuilder().setState(Topic.State.ACTIVE).build();
          broker.ledger().record(new Entry.PutTopic(made));
          return made;
        });
  }

  private static void check(Topic topic) {
    if (topic.hasSchemaSettings()) {
      throw Refused.notHere("Schemas");
    }
    if (topic.hasIngestionDataSourceSettings() || topic.getMessageTransformsCount() > 0) {
      throw Refused.notHere("Ingestion and message transforms");
    }
    if (topic.hasMessageRetentionDuration()) {
      if (!Durations.isValid(topic.getMessageRetentionDuration())) {
        throw Refused.invalid("message_retention_duration is no valid duration.");
      }
      long seconds = Durations.toSeconds(topic.getMessageRetentionDuration());
      if (seconds < 600 || seconds > 31 * 24 * 3600) {
        throw Refused.invalid("message_retention_duration must be from 10 minutes to 31 days.");
      }
    }
  }

  @Override
  public void updateTopic(UpdateTopicRequest request, StreamObserver<Topic> call) {
    turns.answer(
        call,
        broker -> {
          Topic.Builder topic = broker.topic(request.getTopic().getName()).toBuilder();
          FieldUpdates.merge(
              request.getUpdateMask(), request.getTopic(), topic, Set.of("name", "state"));
          check(topic.build());
          broker.ledger().record(new Entry.PutTopic(topic.build()));
          return topic.build();
        });
  }

  @Override
  public void getTopic(GetTopicRequest request, StreamObserver<Topic> call) {
    turns.answer(call, broker -> broker.topic(request.getTopic()));
  }

  @Override
  public void listTopics(ListTopicsRequest request, StreamObserver<ListTopicsResponse> call) {
    turns.answer(
        call,
        broker -> {
          String prefix = "projects/" + ResourceName.project(request.getProject()) + "/topics/";
          Pages<Topic> page =
              Pages.page(
                  within(broker.ledger().topics(), prefix),
                  Topic::getName,
                  request.getPageSize(),
                  request.getPageToken());
          return ListTopicsResponse.newBuilder()
              .addAllTopics(page.items())
              .setNextPageToken(page.next())
              .build();
        });
  }

  /** The part whose names begin so. */
  static <T> NavigableMap<String, T> within(Map<String, T> all, String prefix) {
    NavigableMap<String, T> some = new TreeMap<>();
    all.forEach((name, one) -> {
      if (name.startsWith(prefix)) {
        some.put(name, one);
      }
    });
    return some;
  }

  @Override
  public void listTopicSubscriptions(
      ListTopicSubscriptionsRequest request, StreamObserver<ListTopicSubscriptionsResponse> call) {
    turns.answer(
        call,
        broker -> {
          broker.topic(request.getTopic());
          TreeMap<String, String> names = new TreeMap<>();
          for (Subscribed one : broker.ledger().subscriptionsOf(request.getTopic())) {
            names.put(one.told().getName(), one.told().getName());
          }
          Pages<String> page =
              Pages.page(names, name -> name, request.getPageSize(), request.getPageToken());
          return ListTopicSubscriptionsResponse.newBuilder()
              .addAllSubscriptions(page.items())
              .setNextPageToken(page.next())
              .build();
        });
  }

  @Override
  public void publish(PublishRequest request, StreamObserver<PublishResponse> call) {
    turns.answer(
        call,
        broker -> {
          broker.topic(request.getTopic());
          MessageChecks.check(request);
          return PublishResponse.newBuilder()
              .addAllMessageIds(broker.accept(request.getTopic(), request.getMessagesList()))
              .build();
        });
  }

  @Override
  public void deleteTopic(DeleteTopicRequest request, StreamObserver<Empty> call) {
    turns.answer(
        call,
        broker -> {
          ResourceName name = ResourceName.topic(request.getTopic());
          if (!broker.ledger().topics().containsKey(request.getTopic())) {
            throw Refused.notFound(name);
          }
          for (Subscribed one : broker.ledger().subscriptionsOf(request.getTopic())) {
            broker
                .ledger()
                .record(
                    new Entry.PutSubscription(
                        one.number, one.told().toBuilder().setTopic(DELETED).build()));
          }
          broker.ledger().record(new Entry.DropTopic(request.getTopic()));
          return Empty.getDefaultInstance();
        });
  }

  @Override
  public void detachSubscription(
      DetachSubscriptionRequest request, StreamObserver<DetachSubscriptionResponse> call) {
    turns.answer(
        call,
        broker -> {
          Subscribed one = broker.attached(request.getSubscription());
          broker
              .ledger()
              .record(
                  new Entry.PutSubscription(
                      one.number, one.told().toBuilder().setDetached(true).build()));
          broker.refuseTakers(
              one,
              Refused.notNow("The subscription is detached from its topic (" + one.name + ")."));
          return DetachSubscriptionResponse.getDefaultInstance();
        });
  }

  @Override
  public void listTopicSnapshots(
      ListTopicSnapshotsRequest request, StreamObserver<ListTopicSnapshotsResponse> call) {
    call.onError(Refused.notHere("Snapshots"));
  }
}
