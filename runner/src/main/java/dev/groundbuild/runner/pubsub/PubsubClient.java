package dev.groundbuild.runner.pubsub;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import com.google.pubsub.v1.AcknowledgeRequest;
import com.google.pubsub.v1.DeleteSubscriptionRequest;
import com.google.pubsub.v1.DeleteTopicRequest;
import com.google.pubsub.v1.ListSubscriptionsRequest;
import com.google.pubsub.v1.ListSubscriptionsResponse;
import com.google.pubsub.v1.ListTopicsRequest;
import com.google.pubsub.v1.ListTopicsResponse;
import com.google.pubsub.v1.PublishRequest;
import com.google.pubsub.v1.PublisherGrpc;
import com.google.pubsub.v1.PublisherGrpc.PublisherBlockingStub;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.PullRequest;
import com.google.pubsub.v1.PushConfig;
import com.google.pubsub.v1.ReceivedMessage;
import com.google.pubsub.v1.SubscriberGrpc;
import com.google.pubsub.v1.SubscriberGrpc.SubscriberBlockingStub;
import com.google.pubsub.v1.Subscription;
import com.google.pubsub.v1.Topic;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A few calls to a Pub/Sub without TLS and credentials: this one, or another emulator. Names are
 * ids within a project, or full.
 *
 * <p>A call that is refused, or that nobody answers, throws a {@link PubsubException}; one that is
 * interrupted, a {@link CancellationException}.
 */
public final class PubsubClient implements AutoCloseable {
  private static final int PAGE = 1000;

  private final String address;
  private final String project;
  private final ManagedChannel channel;

  private PubsubClient(String address, String project, ManagedChannel channel) {
    this.address = address;
    this.project = project;
    this.channel = channel;
  }

  /**
   * Opens one.
   *
   * @param address {@code HOST:PORT}
   */
  public static PubsubClient open(String address, String project) {
    PlainNetty.choose();
    try {
      return new PubsubClient(
          address,
          project,
          NettyChannelBuilder.forTarget("dns:///" + address)
              .usePlaintext()
              .maxInboundMessageSize(64 << 20)
              .build());
    } catch (IllegalArgumentException e) {
      throw new PubsubException(
          "\"" + address + "\" is no address; write HOST:PORT, such as 127.0.0.1:8085", e);
    }
  }

  /**
   * A subscription to make.
   *
   * @param pushEndpoint a URL, or empty
   * @param filter of attributes, or empty
   * @param ackDeadlineSeconds 0 leaves it to the server
   */
  public record Wanted(
      String id,
      String topic,
      String pushEndpoint,
      String filter,
      int ackDeadlineSeconds,
      boolean ordered) {}

  /** A message that was pulled, as text in JSON form, too: the envelope of a push. */
  public record Pulled(
      String ackId,
      String id,
      String published,
      Map<String, String> attributes,
      byte[] data,
      String json) {
    public Pulled {
      attributes = Map.copyOf(attributes);
    }
  }

  /** Makes a topic, and says its full name. */
  public String createTopic(String id) {
    Topic topic = Topic.newBuilder().setName(topic(id)).build();
    return call(() -> publisher().createTopic(topic).getName());
  }

  public void deleteTopic(String id) {
    DeleteTopicRequest request = DeleteTopicRequest.newBuilder().setTopic(topic(id)).build();
    var _ = call(() -> publisher().deleteTopic(request));
  }

  /** Full names. */
  public List<String> topics() {
    List<String> names = new ArrayList<>();
    String token = "";
    do {
      ListTopicsRequest request =
          ListTopicsRequest.newBuilder()
              .setProject("projects/" + project)
              .setPageSize(PAGE)
              .setPageToken(token)
              .build();
      ListTopicsResponse page = call(() -> publisher().listTopics(request));
      page.getTopicsList().forEach(t -> names.add(t.getName()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return names;
  }

  /** Makes a subscription, and says its full name. */
  public String createSubscription(Wanted wanted) {
    Subscription subscription =
        Subscription.newBuilder()
            .setName(subscription(wanted.id()))
            .setTopic(topic(wanted.topic()))
            .setPushConfig(PushConfig.newBuilder().setPushEndpoint(wanted.pushEndpoint()))
            .setFilter(wanted.filter())
            .setAckDeadlineSeconds(wanted.ackDeadlineSeconds())
            .setEnableMessageOrdering(wanted.ordered())
            .build();
    return call(() -> subscriber().createSubscription(subscription).getName());
  }

  public void deleteSubscription(String id) {
    DeleteSubscriptionRequest request =
        DeleteSubscriptionRequest.newBuilder().setSubscription(subscription(id)).build();
    var _ = call(() -> subscriber().deleteSubscription(request));
  }

  /** Full names, each with its topic's. */
  public List<Map.Entry<String, String>> subscriptions() {
    List<Map.Entry<String, String>> names = new ArrayList<>();
    String token = "";
    do {
      ListSubscriptionsRequest request =
          ListSubscriptionsRequest.newBuilder()
              .setProject("projects/" + project)
              .setPageSize(PAGE)
              .setPageToken(token)
              .build();
      ListSubscriptionsResponse page = call(() -> subscriber().listSubscriptions(request));
      page.getSubscriptionsList().forEach(s -> names.add(Map.entry(s.getName(), s.getTopic())));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return names;
  }

  /** Publishes one message, and says its id. */
  public String publish(
      String topic, byte[] data, Map<String, String> attributes, String orderingKey) {
    PublishRequest request =
        PublishRequest.newBuilder()
            .setTopic(topic(topic))
            .addMessages(
                PubsubMessage.newBuilder()
                    .setData(ByteString.copyFrom(data))
                    .putAllAttributes(attributes)
                    .setOrderingKey(orderingKey))
            .build();
    return call(() -> publisher().publish(request).getMessageIds(0));
  }

  /**
   * Takes messages.
   *
   * @param wait whether to wait for a first one; none may come all the same
   */
  @SuppressWarnings("deprecation") // The one way not to wait.
  public List<Pulled> pull(String id, int most, boolean wait) {
    PullRequest request =
        PullRequest.newBuilder()
            .setSubscription(subscription(id))
            .setMaxMessages(most)
            .setReturnImmediately(!wait)
            .build();
    return call(() -> subscriber().pull(request).getReceivedMessagesList()).stream()
        .map(m -> pulled(subscription(id), m))
        .toList();
  }

  private static Pulled pulled(String subscription, ReceivedMessage received) {
    PubsubMessage message = received.getMessage();
    return new Pulled(
        received.getAckId(),
        message.getMessageId(),
        Timestamps.toString(message.getPublishTime()),
        message.getAttributesMap(),
        message.getData().toByteArray(),
        PushEnvelope.json(subscription, received));
  }

  public void acknowledge(String id, List<String> ackIds) {
    AcknowledgeRequest request =
        AcknowledgeRequest.newBuilder()
            .setSubscription(subscription(id))
            .addAllAckIds(ackIds)
            .build();
    var _ = call(() -> subscriber().acknowledge(request));
  }

  private String topic(String id) {
    return full(id, ResourceName.TOPICS);
  }

  private String subscription(String id) {
    return full(id, ResourceName.SUBSCRIPTIONS);
  }

  private String full(String id, String kind) {
    return id.contains("/") ? id : "projects/" + project + "/" + kind + "/" + id;
  }

  private PublisherBlockingStub publisher() {
    return PublisherGrpc.newBlockingStub(channel);
  }

  private SubscriberBlockingStub subscriber() {
    return SubscriberGrpc.newBlockingStub(channel);
  }

  private <T> T call(Supplier<T> work) {
    try {
      return work.get();
    } catch (StatusRuntimeException e) {
      Status status = e.getStatus();
      if (status.getCause() instanceof InterruptedException) {
        throw (CancellationException) new CancellationException("interrupted").initCause(e);
      }
      if (status.getCode() == Status.Code.UNAVAILABLE) {
        throw new PubsubException(
            "no Pub/Sub answers at "
                + address
                + "; start one with: groundbuild pubsub (another's address goes into"
                + " PUBSUB_EMULATOR_HOST)",
            e);
      }
      throw new PubsubException(
          address + " refused: " + status.getCode() + ": " + status.getDescription(), e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
