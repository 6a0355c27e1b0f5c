package dev.groundbuild.runner.pubsub;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import com.google.pubsub.v1.DeadLetterPolicy;
import com.google.pubsub.v1.RetryPolicy;
import com.google.pubsub.v1.Subscription;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Google's limits for a subscription, and what it fills in. */
final class SubscriptionChecks {
  private static final Duration WEEK = Durations.fromDays(7);

  private SubscriptionChecks() {}

  /** Complete and right, or refused. */
  static Subscription completed(Subscription given) {
    ResourceName.subscription(given.getName());
    refuseOthers(given);
    Subscription.Builder s = given.toBuilder().setState(Subscription.State.ACTIVE);
    if (s.getAckDeadlineSeconds() == 0) {
      s.setAckDeadlineSeconds(10);
    }
    within("ack_deadline_seconds", s.getAckDeadlineSeconds(), 10, 600);
    if (!s.hasMessageRetentionDuration()) {
      s.setMessageRetentionDuration(WEEK);
    }
    within(
        "message_retention_duration in seconds",
        duration("message_retention_duration", s.getMessageRetentionDuration()),
        600,
        31 * 24 * 3600);
    if (s.hasRetryPolicy()) {
      s.setRetryPolicy(retry(s.getRetryPolicy()));
    }
    if (s.hasDeadLetterPolicy()) {
      s.setDeadLetterPolicy(deadLetter(s.getDeadLetterPolicy()));
    }
    endpoint(s.getPushConfig().getPushEndpoint());
    AttributeFilter.parse(s.getFilter());
    return s.build();
  }

  private static void refuseOthers(Subscription given) {
    if (given.hasBigqueryConfig() || given.hasCloudStorageConfig() || given.hasBigtableConfig()) {
      throw Refused.notHere("Subscriptions that export to BigQuery, Bigtable or Cloud Storage");
    }
    if (given.getMessageTransformsCount() > 0) {
      throw Refused.notHere("Message transforms");
    }
  }

  private static RetryPolicy retry(RetryPolicy given) {
    RetryPolicy.Builder retry = given.toBuilder();
    if (!retry.hasMinimumBackoff()) {
      retry.setMinimumBackoff(Durations.fromSeconds(10));
    }
    if (!retry.hasMaximumBackoff()) {
      retry.setMaximumBackoff(Durations.fromSeconds(600));
    }
    within(
        "retry_policy.minimum_backoff in seconds",
        duration("retry_policy.minimum_backoff", retry.getMinimumBackoff()),
        0,
        600);
    within(
        "retry_policy.maximum_backoff in seconds",
        duration("retry_policy.maximum_backoff", retry.getMaximumBackoff()),
        0,
        600);
    if (Durations.compare(retry.getMinimumBackoff(), retry.getMaximumBackoff()) > 0) {
      throw Refused.invalid("retry_policy: the minimum backoff is more than the maximum.");
    }
    return retry.build();
  }

  private static DeadLetterPolicy deadLetter(DeadLetterPolicy given) {
    ResourceName.topic(given.getDeadLetterTopic());
    DeadLetterPolicy.Builder policy = given.toBuilder();
    if (policy.getMaxDeliveryAttempts() == 0) {
      policy.setMaxDeliveryAttempts(5);
    }
    within("dead_letter_policy.max_delivery_attempts", policy.getMaxDeliveryAttempts(), 5, 100);
    return policy.build();
  }

  static void endpoint(String endpoint) {
    if (endpoint.isEmpty()) {
      return;
    }
    try {
      URI uri = new URI(endpoint);
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      if ((scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null) {
        return;
      }
    } catch (URISyntaxException _) {
      // Refused below.
    }
    throw Refused.invalid(
        "Invalid push endpoint given (endpoint="
            + endpoint
            + "): write http://HOST/PATH or https://HOST/PATH.");
  }

  private static long duration(String field, Duration duration) {
    if (!Durations.isValid(duration)) {
      throw Refused.invalid(field + " is no valid duration.");
    }
    return Durations.toSeconds(duration);
  }

  private static void within(String field, long value, long least, long most) {
    if (value < least || value > most) {
      throw Refused.invalid(
          "%s is %d; it must be from %d to %d.".formatted(field, value, least, most));
    }
  }
}
