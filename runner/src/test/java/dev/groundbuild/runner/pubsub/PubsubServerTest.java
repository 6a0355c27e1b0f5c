package dev.groundbuild.runner.pubsub;

import static dev.groundbuild.runner.pubsub.GoogleClients.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.StatusCode;
import com.google.cloud.pubsub.v1.Subscriber;
import com.google.protobuf.FieldMask;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import com.google.pubsub.v1.DeadLetterPolicy;
import com.google.pubsub.v1.DetachSubscriptionRequest;
import com.google.pubsub.v1.ListTopicsRequest;
import com.google.pubsub.v1.ProjectName;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.PushConfig;
import com.google.pubsub.v1.ReceivedMessage;
import com.google.pubsub.v1.RetryPolicy;
import com.google.pubsub.v1.SchemaSettings;
import com.google.pubsub.v1.SeekRequest;
import com.google.pubsub.v1.Subscription;
import com.google.pubsub.v1.Topic;
import com.google.pubsub.v1.UpdateSubscriptionRequest;
import com.google.pubsub.v1.UpdateTopicRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as Google's client library for Java sees it. */
final class PubsubServerTest {
  private static final String TOPIC = "projects/shop/topics/cloud-builds";
  private static final String READER = "projects/shop/subscriptions/reader";

  @TempDir Path folder;

  private final SetClock clock = new SetClock();
  private PubsubServer server;
  private GoogleClients google;

  @BeforeEach
  void start() throws IOException {
    server =
        PubsubServer.start(
            new PubsubServer.Settings(folder, "127.0.0.1", 0, false, List.of(TOPIC)),
            clock,
            _ -> {});
    google = GoogleClients.at(server.port());
  }

  @AfterEach
  void end() {
    google.close();
    server.close();
  }

  @Test
  void aMessageComesWithItsIdTimeAndAttributes() throws Exception {
    subscribed(s -> {});

    List<String> ids =
        google.publish(
            TOPIC, message("hello").toBuilder().putAttributes("status", "QUEUED").build());

    ReceivedMessage received = pull(1).getFirst();
    assertThat(received.getMessage())
        .isEqualTo(
            PubsubMessage.newBuilder(message("hello"))
                .putAttributes("status", "QUEUED")
                .setMessageId(ids.getFirst())
                .setPublishTime(Timestamps.parse("2026-01-02T03:04:05.678Z"))
                .build());
    assertThat(received.getDeliveryAttempt()).isZero();
  }

  @Test
  void anUnacknowledgedMessageComesAgainAfterItsDeadlineAndAnAcknowledgedOneDoesNot()
      throws Exception {
    subscribed(s -> s.setAckDeadlineSeconds(20));
    google.topics().publish(TOPIC, List.of(message("one"), message("two")));
    List<ReceivedMessage> first = pull(10);
    assertThat(texts(first)).containsExactly("one", "two");

    google.subscriptions().acknowledge(READER, List.of(first.getFirst().getAckId()));
    clock.advance(Duration.ofSeconds(19));
    assertThat(pull(10)).isEmpty();
    clock.advance(Duration.ofSeconds(1));

    assertThat(texts(pull(10))).containsExactly("two");
  }

  @Test
  void aDeadlineCanBeExtendedAndAMessageGivenBack() throws Exception {
    subscribed(s -> {});
    google.publish(TOPIC, message("one"));
    String ackId = pull(1).getFirst().getAckId();

    google.subscriptions().modifyAckDeadline(READER, List.of(ackId), 600);
    clock.advance(Duration.ofSeconds(599));
    assertThat(pull(1)).isEmpty();
    google.subscriptions().modifyAckDeadline(READER, List.of(ackId), 0);

    assertThat(texts(pull(1))).containsExactly("one");
  }

  @Test
  void aSubscriberGetsEverythingAndWhatItGaveBackOnceMore() throws Exception {
    subscribed(s -> {});
    LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
    Subscriber subscriber =
        google.subscribe(
            READER,
            (message, reply) -> {
              seen.add(message.getData().toStringUtf8());
              if (seen.stream().filter(message.getData().toStringUtf8()::equals).count() == 1
                  && message.getData().toStringUtf8().endsWith("7")) {
                reply.nack();
              } else {
                reply.ack();
              }
            });
    PubsubMessage[] messages = new PubsubMessage[200];
    for (int i = 0; i < messages.length; i++) {
      messages[i] = message("m" + i);
    }
    google.publish(TOPIC, messages);

    List<String> all = new ArrayList<>();
    for (int i = 0; i < 220; i++) {
      all.add(seen.poll(30, TimeUnit.SECONDS));
    }
    subscriber.stopAsync().awaitTerminated();

    assertThat(all).doesNotContainNull();
    assertThat(all.stream().distinct()).hasSize(200);
    assertThat(all.stream().filter("m17"::equals)).hasSize(2);
    clock.advance(Duration.ofHours(1));
    assertThat(pull(100)).isEmpty();
  }

  @Test
  void messagesOfAKeyComeInOrderAlsoAfterOneWasGivenBack() throws Exception {
    subscribed(s -> s.setEnableMessageOrdering(true));
    List<PubsubMessage> messages = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      messages.add(message("a" + i, "a"));
      messages.add(message("b" + i, "b"));
    }
    google.publish(TOPIC, messages.toArray(PubsubMessage[]::new));
    LinkedBlockingQueue<String> acked = new LinkedBlockingQueue<>();
    LinkedBlockingQueue<String> nacked = new LinkedBlockingQueue<>();
    Subscriber subscriber =
        google.subscribe(
            READER,
            (message, reply) -> {
              String text = message.getData().toStringUtf8();
              if (text.equals("a5") && nacked.isEmpty()) {
                nacked.add(text);
                reply.nack();
              } else {
                acked.add(text);
                reply.ack();
              }
            });

    List<String> order = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      order.add(acked.poll(30, TimeUnit.SECONDS));
    }
    subscriber.stopAsync().awaitTerminated();

    for (String key : List.of("a", "b")) {
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        expected.add(key + i);
      }
      assertThat(order.stream().filter(t -> t.startsWith(key))).containsExactlyElementsOf(expected);
    }
    assertThat(nacked).containsExactly("a5");
  }

  @Test
  void aFilterLetsThroughWhatItNames() throws Exception {
    subscribed(s ->
        s.setFilter("attributes.status = \"SUCCESS\" OR hasPrefix(attributes.status, \"FAIL\")"));

    for (String status : List.of("QUEUED", "SUCCESS", "FAILURE")) {
      google.publish(TOPIC, message(status).toBuilder().putAttributes("status", status).build());
    }
    google.publish(TOPIC, message("none"));

    assertThat(texts(pull(10))).containsExactly("SUCCESS", "FAILURE");
  }

  @Test
  void aMessageThatIsGivenBackTooOftenGoesToTheDeadLetterTopic() throws Exception {
    String dead = "projects/shop/topics/dead";
    google.topics().createTopic(dead);
    String burial = "projects/shop/subscriptions/burial";
    google
        .subscriptions()
        .createSubscription(Subscription.newBuilder().setName(burial).setTopic(dead).build());
    subscribed(s ->
        s.setDeadLetterPolicy(
            DeadLetterPolicy.newBuilder().setDeadLetterTopic(dead).setMaxDeliveryAttempts(5)));
    google.publish(TOPIC, message("bad"));

    for (int attempt = 1; attempt <= 5; attempt++) {
      ReceivedMessage received = pull(1).getFirst();
      assertThat(received.getDeliveryAttempt()).isEqualTo(attempt);
      google.subscriptions().modifyAckDeadline(READER, List.of(received.getAckId()), 0);
    }

    clock.advance(Duration.ofHours(1));
    assertThat(pull(1)).isEmpty();
    PubsubMessage buried = pull(burial, 1).getFirst().getMessage();
    assertThat(buried.getData().toStringUtf8()).isEqualTo("bad");
    assertThat(buried.getAttributesMap())
        .containsEntry("CloudPubSubDeadLetterSourceSubscription", "reader")
        .containsEntry("CloudPubSubDeadLetterSourceDeliveryCount", "5");
  }

  @Test
  void aRetryPolicyDelaysWhatWasGivenBack() throws Exception {
    subscribed(s ->
        s.setRetryPolicy(RetryPolicy.newBuilder().setMinimumBackoff(Durations.fromSeconds(30))));
    google.publish(TOPIC, message("one"));
    google.subscriptions().modifyAckDeadline(READER, List.of(pull(1).getFirst().getAckId()), 0);

    clock.advance(Duration.ofSeconds(29));
    assertThat(pull(1)).isEmpty();
    clock.advance(Duration.ofSeconds(1));

    assertThat(texts(pull(1))).containsExactly("one");
  }

  @Test
  void aSeekBackBringsAcknowledgedMessagesAgain() throws Exception {
    subscribed(s -> s.setRetainAckedMessages(true));
    google.publish(TOPIC, message("one"));
    google.subscriptions().acknowledge(READER, List.of(pull(1).getFirst().getAckId()));

    google
        .subscriptions()
        .seek(
            SeekRequest.newBuilder()
                .setSubscription(READER)
                .setTime(Timestamps.fromMillis(clock.millis() - 1))
                .build());
    assertThat(texts(pull(1))).containsExactly("one");

    google
        .subscriptions()
        .seek(
            SeekRequest.newBuilder()
                .setSubscription(READER)
                .setTime(Timestamps.fromMillis(clock.millis() + 1))
                .build());
    clock.advance(Duration.ofMinutes(1));
    assertThat(pull(1)).isEmpty();
  }

  @Test
  void exactlyOnceRefusesAnAcknowledgementThatComesTooLate() throws Exception {
    subscribed(s -> s.setEnableExactlyOnceDelivery(true));
    google.publish(TOPIC, message("one"));
    String ackId = pull(1).getFirst().getAckId();
    clock.advance(Duration.ofSeconds(10));

    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> google.subscriptions().acknowledge(READER, List.of(ackId)))
        .satisfies(e ->
            assertThat(e.getErrorDetails().getErrorInfo().getMetadataMap())
                .containsEntry(ackId, "PERMANENT_FAILURE_INVALID_ACK_ID"));
    google.subscriptions().acknowledge(READER, List.of(pull(1).getFirst().getAckId()));
  }

  @Test
  void subscriptionsAreUpdatedListedDetachedAndDeleted() throws Exception {
    Subscription made = subscribed(s -> s.putLabels("team", "a"));
    assertThat(made.getAckDeadlineSeconds()).isEqualTo(10);
    assertThat(made.getMessageRetentionDuration()).isEqualTo(Durations.fromDays(7));

    Subscription updated =
        google
            .subscriptions()
            .updateSubscription(
                UpdateSubscriptionRequest.newBuilder()
                    .setSubscription(
                        made.toBuilder().clearLabels().setAckDeadlineSeconds(77).setFilter("x"))
                    .setUpdateMask(FieldMask.newBuilder().addPaths("ack_deadline_seconds"))
                    .build());
    assertThat(updated.getAckDeadlineSeconds()).isEqualTo(77);
    assertThat(updated.getLabelsMap()).containsEntry("team", "a");
    assertThat(google.subscriptions().getSubscription(READER)).isEqualTo(updated);
    assertThat(google.topics().listTopicSubscriptions(TOPIC).iterateAll()).containsExactly(READER);
    google.publish(TOPIC, message("one"));

    google
        .topics()
        .detachSubscription(DetachSubscriptionRequest.newBuilder().setSubscription(READER).build());
    refused(StatusCode.Code.FAILED_PRECONDITION, () -> pull(1));
    assertThat(google.subscriptions().getSubscription(READER).getDetached()).isTrue();
    google.subscriptions().deleteSubscription(READER);
    refused(StatusCode.Code.NOT_FOUND, () -> google.subscriptions().getSubscription(READER));
  }

  @Test
  void topicsAreListedInPagesUpdatedAndDeleted() throws Exception {
    for (int i = 0; i < 5; i++) {
      google.topics().createTopic("projects/many/topics/topic-" + i);
    }
    var pages =
        google
            .topics()
            .listTopics(
                ListTopicsRequest.newBuilder().setProject("projects/many").setPageSize(2).build());
    assertThat(pages.getPage().getPageElementCount()).isEqualTo(2);
    assertThat(pages.iterateAll()).extracting(Topic::getName).hasSize(5).isSorted();
    assertThat(google.topics().listTopics(ProjectName.of("nobody")).iterateAll()).isEmpty();

    Topic updated =
        google
            .topics()
            .updateTopic(
                UpdateTopicRequest.newBuilder()
                    .setTopic(Topic.newBuilder().setName(TOPIC).putLabels("a", "b"))
                    .setUpdateMask(FieldMask.newBuilder().addPaths("labels"))
                    .build());
    assertThat(updated.getLabelsMap()).containsEntry("a", "b");

    subscribed(s -> {});
    google.topics().deleteTopic(TOPIC);
    assertThat(google.subscriptions().getSubscription(READER).getTopic())
        .isEqualTo("_deleted-topic_");
    refused(StatusCode.Code.NOT_FOUND, () -> google.topics().getTopic(TOPIC));
  }

  @Test
  void badRequestsGetGooglesCodes() {
    StatusCode.Code invalid = StatusCode.Code.INVALID_ARGUMENT;
    for (String name : List.of("a", "ab", "1abc", "goog-x", "a b c", "x".repeat(256), "a/b/c")) {
      refused(invalid, () -> google.topics().createTopic("projects/shop/topics/" + name));
    }
    refused(invalid, () -> google.topics().createTopic("topics/abc"));
    refused(StatusCode.Code.ALREADY_EXISTS, () -> google.topics().createTopic(TOPIC));
    refused(StatusCode.Code.NOT_FOUND, () -> subscribed(s -> s.setTopic(TOPIC + "x")));
    refused(
        StatusCode.Code.NOT_FOUND,
        () -> google.topics().publish(TOPIC + "x", List.of(message("x"))));
    refused(
        invalid, () -> google.topics().publish(TOPIC, List.of(PubsubMessage.getDefaultInstance())));
    refused(
        invalid,
        () ->
            google
                .topics()
                .publish(
                    TOPIC, List.of(message("x").toBuilder().putAttributes("goog", "").build())));
    refused(invalid, () -> subscribed(s -> s.setAckDeadlineSeconds(9)));
    refused(invalid, () -> subscribed(s -> s.setFilter("attributes.a = ")));
    refused(
        invalid,
        () -> subscribed(s -> s.setPushConfig(PushConfig.newBuilder().setPushEndpoint("here"))));
    subscribed(s -> {});
    refused(StatusCode.Code.ALREADY_EXISTS, () -> subscribed(s -> {}));
    refused(invalid, () -> google.subscriptions().acknowledge(READER, List.of("nonsense")));
    refused(invalid, () -> google.subscriptions().modifyAckDeadline(READER, List.of("1-1-1"), 601));
    refused(invalid, () -> google.subscriptions().pull(READER, 0));
  }

  @Test
  void whatIsMissingHereSaysSo() {
    subscribed(s -> {});

    refused(
        StatusCode.Code.UNIMPLEMENTED,
        () -> google.subscriptions().createSnapshot("projects/shop/snapshots/one", READER));
    refused(
        StatusCode.Code.UNIMPLEMENTED,
        () ->
            google
                .topics()
                .createTopic(
                    Topic.newBuilder()
                        .setName("projects/shop/topics/with-schema")
                        .setSchemaSettings(SchemaSettings.newBuilder().setSchema("x"))
                        .build()));
  }

  @Test
  void afterARestartWhatWasNotAcknowledgedComesAgain() throws Exception {
    subscribed(s -> {});
    google.topics().publish(TOPIC, List.of(message("one"), message("two"), message("three")));
    List<ReceivedMessage> all = pull(10);
    google.subscriptions().acknowledge(READER, List.of(all.get(1).getAckId()));
    end();
    start();

    assertThat(texts(pull(10))).containsExactly("one", "three");
  }

  @Test
  void aFolderIsOneServersOnly() {
    assertThatThrownBy(() -> PubsubServer.start(folder, 0))
        .isInstanceOf(PubsubException.class)
        .hasMessageContaining("in use by another groundbuild pubsub");
  }

  @Test
  void autoCreateMakesTheTopicsThatAreUsed(@TempDir Path other) throws Exception {
    try (PubsubServer generous =
            PubsubServer.start(
                new PubsubServer.Settings(other, "127.0.0.1", 0, true, List.of()), clock, _ -> {});
        GoogleClients clients = GoogleClients.at(generous.port())) {
      assertThat(clients.publish(TOPIC, message("x"))).hasSize(1);
      assertThat(clients.topics().getTopic(TOPIC).getName()).isEqualTo(TOPIC);
    }
  }

  private interface Changes {
    void to(Subscription.Builder subscription);
  }

  private Subscription subscribed(Changes changes) {
    Subscription.Builder wanted = Subscription.newBuilder().setName(READER).setTopic(TOPIC);
    changes.to(wanted);
    return google.subscriptions().createSubscription(wanted.build());
  }

  private List<ReceivedMessage> pull(int most) {
    return pull(READER, most);
  }

  @SuppressWarnings("deprecation") // The one way not to wait.
  private List<ReceivedMessage> pull(String subscription, int most) {
    return google.subscriptions().pull(subscription, true, most).getReceivedMessagesList();
  }

  private static List<String> texts(List<ReceivedMessage> messages) {
    return messages.stream().map(m -> m.getMessage().getData().toStringUtf8()).toList();
  }

  private static void refused(StatusCode.Code code, ThrowingCallable call) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.getStatusCode().getCode()).isEqualTo(code));
  }
}
