package dev.groundbuild.runner.pubsub;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.GrpcTransportChannel;
import com.google.api.gax.rpc.FixedTransportChannelProvider;
import com.google.api.gax.rpc.TransportChannelProvider;
import com.google.cloud.pubsub.v1.MessageReceiver;
import com.google.cloud.pubsub.v1.Publisher;
import com.google.cloud.pubsub.v1.Subscriber;
import com.google.cloud.pubsub.v1.SubscriptionAdminClient;
import com.google.cloud.pubsub.v1.SubscriptionAdminSettings;
import com.google.cloud.pubsub.v1.TopicAdminClient;
import com.google.cloud.pubsub.v1.TopicAdminSettings;
import com.google.protobuf.ByteString;
import com.google.pubsub.v1.PubsubMessage;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Google's own clients, at a server on this machine. */
final class GoogleClients implements AutoCloseable {
  private final ManagedChannel channel;
  private final TransportChannelProvider transport;
  private final TopicAdminClient topics;
  private final SubscriptionAdminClient subscriptions;

  private GoogleClients(ManagedChannel channel) throws IOException {
    this.channel = channel;
    this.transport = FixedTransportChannelProvider.create(GrpcTransportChannel.create(channel));
    this.topics =
        TopicAdminClient.create(
            TopicAdminSettings.newBuilder()
                .setTransportChannelProvider(transport)
                .setCredentialsProvider(NoCredentialsProvider.create())
                .build());
    this.subscriptions =
        SubscriptionAdminClient.create(
            SubscriptionAdminSettings.newBuilder()
                .setTransportChannelProvider(transport)
                .setCredentialsProvider(NoCredentialsProvider.create())
                .build());
  }

  static GoogleClients at(int port) throws IOException {
    return new GoogleClients(
        ManagedChannelBuilder.forTarget("127.0.0.1:" + port).usePlaintext().build());
  }

  TopicAdminClient topics() {
    return topics;
  }

  SubscriptionAdminClient subscriptions() {
    return subscriptions;
  }

  /** Publishes, waits for the ids, and says them. */
  List<String> publish(String topic, PubsubMessage... messages)
      throws IOException, InterruptedException, ExecutionException {
    Publisher publisher =
        Publisher.newBuilder(topic)
            .setChannelProvider(transport)
            .setCredentialsProvider(NoCredentialsProvider.create())
            .setEnableMessageOrdering(true)
            .build();
    try {
      var ids = List.of(messages).stream().map(publisher::publish).toList();
      publisher.publishAllOutstanding();
      List<String> known = new ArrayList<>();
      for (var id : ids) {
        known.add(id.get());
      }
      return known;
    } finally {
      publisher.shutdown();
      publisher.awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  static PubsubMessage message(String text) {
    return PubsubMessage.newBuilder().setData(ByteString.copyFromUtf8(text)).build();
  }

  static PubsubMessage message(String text, String key) {
    return message(text).toBuilder().setOrderingKey(key).build();
  }

  /** Starts a streaming pull. */
  Subscriber subscribe(String subscription, MessageReceiver receiver) {
    Subscriber subscriber =
        Subscriber.newBuilder(subscription, receiver)
            .setChannelProvider(transport)
            .setCredentialsProvider(NoCredentialsProvider.create())
            .build();
    subscriber.startAsync().awaitRunning();
    return subscriber;
  }

  @Override
  public void close() {
    topics.close();
    subscriptions.close();
    channel.shutdownNow();
  }
}
