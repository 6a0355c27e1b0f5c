package dev.groundbuild.runner.pubsub;

import com.google.gson.JsonObject;
import com.google.protobuf.util.Timestamps;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.PushConfig;
import com.google.pubsub.v1.ReceivedMessage;
import com.google.pubsub.v1.Subscription;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/** A message as it is posted to an endpoint. */
final class PushEnvelope {
  private PushEnvelope() {}

  static HttpRequest request(Subscription subscription, ReceivedMessage received) {
    PushConfig config = subscription.getPushConfig();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(config.getPushEndpoint()))
            .timeout(Duration.ofSeconds(subscription.getAckDeadlineSeconds()))
            .header("User-Agent", "CloudPubSub-Google");
    if (!config.hasNoWrapper()) {
      return request
          .header("Content-Type", "application/json")
          .POST(
              HttpRequest.BodyPublishers.ofString(
                  json(subscription.getName(), received), StandardCharsets.UTF_8))
          .build();
    }
    PubsubMessage message = received.getMessage();
    if (config.getNoWrapper().getWriteMetadata()) {
      header(request, "x-goog-pubsub-subscription-name", subscription.getName());
      header(request, "x-goog-pubsub-message-id", message.getMessageId());
      header(request, "x-goog-pubsub-publish-time", Timestamps.toString(message.getPublishTime()));
      if (!message.getOrderingKey().isEmpty()) {
        header(request, "x-goog-pubsub-ordering-key", message.getOrderingKey());
      }
      message.getAttributesMap().forEach((name, value) -> header(request, name, value));
    }
    return request
        .POST(HttpRequest.BodyPublishers.ofByteArray(message.getData().toByteArray()))
        .build();
  }

  /** An attribute that can't be a header is left out. */
  private static void header(HttpRequest.Builder request, String name, String value) {
    try {
      request.header(name, value);
    } catch (IllegalArgumentException _) {
      // Such as a name with a blank, or one that only the client itself may set.
    }
  }

  /** Cloud Build: data, attributes, messageId, message_id, publishTime, publish_time. */
  static String json(String subscription, ReceivedMessage received) {
    PubsubMessage message = received.getMessage();
    String time = Timestamps.toString(message.getPublishTime());
    JsonObject inner = new JsonObject();
    if (message.getAttributesCount() > 0) {
      JsonObject attributes = new JsonObject();
      for (Map.Entry<String, String> a : message.getAttributesMap().entrySet()) {
        attributes.addProperty(a.getKey(), a.getValue());
      }
      inner.add("attributes", attributes);
    }
    if (!message.getData().isEmpty()) {
      inner.addProperty(
          "data", Base64.getEncoder().encodeToString(message.getData().toByteArray()));
    }
    inner.addProperty("messageId", message.getMessageId());
    inner.addProperty("message_id", message.getMessageId());
    if (!message.getOrderingKey().isEmpty()) {
      inner.addProperty("orderingKey", message.getOrderingKey());
    }
    inner.addProperty("publishTime", time);
    inner.addProperty("publish_time", time);
    JsonObject envelope = new JsonObject();
    if (received.getDeliveryAttempt() > 0) {
      envelope.addProperty("deliveryAttempt", received.getDeliveryAttempt());
    }
    envelope.add("message", inner);
    envelope.addProperty("subscription", subscription);
    return envelope.toString();
  }
}
