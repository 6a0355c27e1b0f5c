package dev.groundbuild.runner.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.GrpcTransportChannel;
import com.google.api.gax.rpc.FixedTransportChannelProvider;
import com.google.api.gax.rpc.TransportChannelProvider;
import com.google.cloud.pubsub.v1.AckReplyConsumer;
import com.google.cloud.pubsub.v1.Subscriber;
import com.google.cloud.pubsub.v1.SubscriptionAdminClient;
import com.google.cloud.pubsub.v1.SubscriptionAdminSettings;
import com.google.cloudbuild.v1.Build;
import com.google.protobuf.util.JsonFormat;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.Subscription;
import dev.groundbuild.runner.cli.InProcess;
import dev.groundbuild.runner.pubsub.PubsubServer;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A subscriber with Google's own client hears of builds, through the Pub/Sub that ships with us.
 */
final class SubscriberTest {
  private static final String TOPIC = "projects/p/topics/cloud-builds";
  private static final String SUBSCRIPTION = "projects/p/subscriptions/watcher";

  @TempDir private Path folder;
  private final BlockingQueue<PubsubMessage> heard = new LinkedBlockingQueue<>();

  @Test
  void itHearsEachStatusOnceInOrderAlsoWhatWasKeptWhileTheServerWasAway() throws Exception {
    int port;
    try (PubsubServer server = serve(0)) {
      port = server.port();
      subscribe(port);
    }
    build(port, "--publish-wait=0s"); // nobody is there
    try (PubsubServer _ = serve(port)) {
      build(port);

      List<PubsubMessage> messages = hear(port, 6);
      List<String> builds =
          messages.stream().map(m -> m.getAttributesOrThrow("buildId")).distinct().toList();
      assertThat(builds).hasSize(2);
      for (String build : builds) {
        assertThat(messages)
            .filteredOn(m -> m.getOrderingKey().equals(build))
            .extracting(m -> m.getAttributesOrThrow("status"))
            .containsExactly("QUEUED", "WORKING", "SUCCESS");
      }
      for (PubsubMessage message : messages) {
        assertThat(message.getAttributesMap()).containsOnlyKeys("buildId", "status");
        Build.Builder told = Build.newBuilder();
        JsonFormat.parser().merge(message.getData().toStringUtf8(), told); // strictly
        assertThat(told.getId()).isEqualTo(message.getAttributesOrThrow("buildId"));
        assertThat(told.getStatus().name()).isEqualTo(message.getAttributesOrThrow("status"));
        assertThat(told.hasOptions()).isTrue();
      }
    }
  }

  private PubsubServer serve(int port) throws Exception {
    PubsubServer.Settings settings =
        new PubsubServer.Settings(
            folder.resolve("pubsub"), "127.0.0.1", port, false, List.of(TOPIC));
    return PubsubServer.start(settings, InstantSource.system(), _ -> {});
  }

  private void build(int port, String... options) throws Exception {
    Files.writeString(folder.resolve("cloudbuild.yaml"), "steps: [{name: busybox}]");
    List<String> args =
        new ArrayList<>(List.of("run", "--engine=fake", "--no-source", "--project=p"));
    args.addAll(List.of(options));
    Map<String, String> env =
        Map.of(
            "XDG_STATE_HOME",
            folder.resolve("state").toString(),
            "GROUNDBUILD_PUBLISH",
            "on",
            "PUBSUB_EMULATOR_HOST",
            "127.0.0.1:" + port);
    InProcess.Ended ended = InProcess.run(args, "", env, folder);
    assertThat(ended.exit()).as(ended.err()).isZero();
  }

  private static ManagedChannel channel(int port) {
    return ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  private static TransportChannelProvider over(ManagedChannel channel) {
    return FixedTransportChannelProvider.create(GrpcTransportChannel.create(channel));
  }

  private static void subscribe(int port) throws Exception {
    ManagedChannel channel = channel(port);
    SubscriptionAdminSettings settings =
        SubscriptionAdminSettings.newBuilder()
            .setCredentialsProvider(NoCredentialsProvider.create())
            .setTransportChannelProvider(over(channel))
            .build();
    try (SubscriptionAdminClient client = SubscriptionAdminClient.create(settings)) {
      client.createSubscription(
          Subscription.newBuilder()
              .setName(SUBSCRIPTION)
              .setTopic(TOPIC)
              .setEnableMessageOrdering(true)
              .build());
    } finally {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  private List<PubsubMessage> hear(int port, int count) throws Exception {
    ManagedChannel channel = channel(port);
    Subscriber subscriber =
        Subscriber.newBuilder(
                SUBSCRIPTION,
                (PubsubMessage message, AckReplyConsumer reply) -> {
                  heard.add(message);
                  reply.ack();
                })
            .setCredentialsProvider(NoCredentialsProvider.create())
            .setChannelProvider(over(channel))
            .build();
    subscriber.startAsync().awaitRunning();
    try {
      List<PubsubMessage> messages = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        messages.add(Objects.requireNonNull(heard.poll(60, TimeUnit.SECONDS), "no message came"));
      }
      assertThat(heard).isEmpty();
      return messages;
    } finally {
      subscriber.stopAsync().awaitTerminated();
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }
}
