package dev.groundbuild.runner.pubsub;

import static dev.groundbuild.runner.pubsub.GoogleClients.message;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.pubsub.v1.PushConfig;
import com.google.pubsub.v1.Subscription;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages that are posted to an endpoint. */
final class PushTest {
  private static final String TOPIC = "projects/shop/topics/cloud-builds";
  private static final String PUSHED = "projects/shop/subscriptions/pushed";

  @TempDir Path folder;

  private final LinkedBlockingQueue<Posted> posted = new LinkedBlockingQueue<>();
  private final Deque<Integer> answers = new ArrayDeque<>();
  private HttpServer endpoint;
  private PubsubServer server;
  private GoogleClients google;

  private record Posted(String path, String type, String idHeader, String body) {
    JsonObject json() {
      return JsonParser.parseString(body).getAsJsonObject();
    }
  }

  @BeforeEach
  void start() throws IOException {
    endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    endpoint.createContext("/", this::take);
    endpoint.start();
    server = PubsubServer.start(folder, 0);
    google = GoogleClients.at(server.port());
    google.topics().createTopic(TOPIC);
  }

  @AfterEach
  void end() {
    google.close();
    server.close();
    endpoint.stop(0);
  }

  private void take(HttpExchange exchange) throws IOException {
    var headers = exchange.getRequestHeaders();
    posted.add(
        new Posted(
            exchange.getRequestURI().toString(),
            Objects.requireNonNullElse(headers.getFirst("Content-Type"), ""),
            Objects.requireNonNullElse(headers.getFirst("x-goog-pubsub-message-id"), ""),
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    exchange.sendResponseHeaders(answers.isEmpty() ? 204 : answers.poll(), -1);
    exchange.close();
  }

  private Posted next() throws InterruptedException {
    return Objects.requireNonNull(posted.poll(30, TimeUnit.SECONDS), "nothing was posted");
  }

  @Test
  void theEnvelopeIsGoogles() throws Exception {
    pushed(config("/status?x=1"));

    String id =
        google
            .publish(
                TOPIC, message("{\"a\":1}").toBuilder().putAttributes("status", "WORKING").build())
            .getFirst();

    Posted one = next();
    assertThat(one.path()).isEqualTo("/status?x=1");
    assertThat(one.type()).isEqualTo("application/json");
    assertThat(one.json().keySet()).containsExactlyInAnyOrder("message", "subscription");
    assertThat(one.json().get("subscription").getAsString()).isEqualTo(PUSHED);
    JsonObject inner = one.json().getAsJsonObject("message");
    assertThat(inner.keySet())
        .containsExactlyInAnyOrder(
            "attributes", "data", "messageId", "message_id", "publishTime", "publish_time");
    assertThat(inner.get("data").getAsString()).isEqualTo("eyJhIjoxfQ==");
    assertThat(inner.get("messageId").getAsString()).isEqualTo(id);
    assertThat(inner.get("message_id").getAsString()).isEqualTo(id);
    assertThat(inner.getAsJsonObject("attributes").get("status").getAsString())
        .isEqualTo("WORKING");
    assertThat(inner.get("publishTime").getAsString()).endsWith("Z");
  }

  @Test
  void whatTheEndpointRefusesIsPostedAgainUntilItIsTaken() throws Exception {
    answers.addAll(List.of(500, 302, 429));
    pushed(config("/"));

    String id = google.publish(TOPIC, message("x")).getFirst();

    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ids.add(next().json().getAsJsonObject("message").get("messageId").getAsString());
    }
    assertThat(ids).containsOnly(id);
    google.publish(TOPIC, message("y"));
    assertThat(next().json().getAsJsonObject("message").get("data").getAsString())
        .isEqualTo("eQ==");
  }

  @Test
  void anEndpointThatIsNotThereGetsItsMessagesLater() throws Exception {
    int port = endpoint.getAddress().getPort();
    endpoint.stop(0);
    pushed(config(port, "/"));
    google.publish(TOPIC, message("x"));

    endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    endpoint.createContext("/", this::take);
    endpoint.start();

    assertThat(next().json().get("subscription").getAsString()).isEqualTo(PUSHED);
  }

  @Test
  void withoutAWrapperTheDataItselfIsPosted() throws Exception {
    pushed(
        config("/").toBuilder()
            .setNoWrapper(PushConfig.NoWrapper.newBuilder().setWriteMetadata(true))
            .build());

    String id = google.publish(TOPIC, message("plain")).getFirst();

    Posted one = next();
    assertThat(one.body()).isEqualTo("plain");
    assertThat(one.idHeader()).isEqualTo(id);
  }

  @Test
  void aSubscriptionCanBeginAndEndToPush() throws Exception {
    pushed(PushConfig.getDefaultInstance());
    google.publish(TOPIC, message("waits"));

    google.subscriptions().modifyPushConfig(PUSHED, config("/"));
    assertThat(next().body()).contains("d2FpdHM=");
    google.subscriptions().modifyPushConfig(PUSHED, PushConfig.getDefaultInstance());
    google.publish(TOPIC, message("pulled"));

    assertThat(google.subscriptions().pull(PUSHED, 1).getReceivedMessages(0).getMessage().getData())
        .isEqualTo(message("pulled").getData());
    assertThat(posted).isEmpty();
  }

  private PushConfig config(String path) {
    return config(endpoint.getAddress().getPort(), path);
  }

  private static PushConfig config(int port, String path) {
    return PushConfig.newBuilder().setPushEndpoint("http://127.0.0.1:" + port + path).build();
  }

  private void pushed(PushConfig config) {
    google
        .subscriptions()
        .createSubscription(
            Subscription.newBuilder()
                .setName(PUSHED)
                .setTopic(TOPIC)
                .setPushConfig(config)
                .build());
  }
}
