package dev.groundbuild.runner.pubsub;

import com.google.protobuf.util.Durations;
import com.google.pubsub.v1.Subscription;

/**
 * What a subscription says about how its messages are handed out. Times are in milliseconds.
 *
 * @param retention how long a message is kept that nobody acknowledges
 * @param retainAcked whether acknowledged ones are kept as long, for a seek
 * @param ordered whether messages with the same key come one after the other
 * @param minBackoff before a message that came back is handed out again, the first time
 * @param maxBackoff the most
 * @param maxAttempts after so many a message goes to the dead letter topic; 0 is never
 */
record DeliveryRules(
    long retention,
    boolean retainAcked,
    boolean ordered,
    long minBackoff,
    long maxBackoff,
    int maxAttempts) {
  static DeliveryRules of(Subscription s) {
    boolean push = !s.getPushConfig().getPushEndpoint().isEmpty();
    // Google pushes again after 100 ms, then more and more slowly.
    long min = push ? 100 : 0;
    long max = push ? 60_000 : 0;
    if (s.hasRetryPolicy()) {
      min = Durations.toMillis(s.getRetryPolicy().getMinimumBackoff());
      max = Durations.toMillis(s.getRetryPolicy().getMaximumBackoff());
    }
    return new DeliveryRules(
        Durations.toMillis(s.getMessageRetentionDuration()),
        s.getRetainAckedMessages(),
        s.getEnableMessageOrdering(),
        min,
        max,
        s.hasDeadLetterPolicy() ? s.getDeadLetterPolicy().getMaxDeliveryAttempts() : 0);
  }

  long backoff(int attempts) {
    long doubled = minBackoff << Math.min(20, Math.max(0, attempts - 1));
    return Math.min(maxBackoff, doubled);
  }
}
