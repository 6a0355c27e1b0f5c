package dev.groundbuild.runner.pubsub;

import com.google.pubsub.v1.PublishRequest;
import com.google.pubsub.v1.PubsubMessage;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Google's limits for what is published. */
final class MessageChecks {
  private static final int MESSAGES = 1000;
  private static final int REQUEST_BYTES = 10_000_000;
  private static final int ATTRIBUTES = 100;
  private static final int KEY_BYTES = 256;
  private static final int VALUE_BYTES = 1024;

  private MessageChecks() {}

  static void check(PublishRequest request) {
    if (request.getMessagesCount() == 0) {
      throw Refused.invalid("The request has no messages.");
    }
    if (request.getMessagesCount() > MESSAGES) {
      throw Refused.invalid("The request has more than " + MESSAGES + " messages.");
    }
    if (request.getSerializedSize() > REQUEST_BYTES) {
      throw Refused.invalid("The request is larger than " + REQUEST_BYTES + " bytes.");
    }
    request.getMessagesList().forEach(MessageChecks::check);
  }

  private static void check(PubsubMessage message) {
    if (message.getData().isEmpty() && message.getAttributesCount() == 0) {
      throw Refused.invalid("A message has neither data nor attributes.");
    }
    if (message.getAttributesCount() > ATTRIBUTES) {
      throw Refused.invalid("A message has more than " + ATTRIBUTES + " attributes.");
    }
    for (Map.Entry<String, String> attribute : message.getAttributesMap().entrySet()) {
      String key = attribute.getKey();
      if (key.isEmpty() || key.startsWith("goog") || bytes(key) > KEY_BYTES) {
        throw Refused.invalid(
            "The attribute key \"%s\" is empty, begins with goog, or is longer than %d bytes."
                .formatted(key, KEY_BYTES));
      }
      if (bytes(attribute.getValue()) > VALUE_BYTES) {
        throw Refused.invalid(
            "The value of the attribute \"%s\" is longer than %d bytes."
                .formatted(key, VALUE_BYTES));
      }
    }
    if (bytes(message.getOrderingKey()) > VALUE_BYTES) {
      throw Refused.invalid("An ordering key is longer than " + VALUE_BYTES + " bytes.");
    }
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
