package dev.groundbuild.runner.pubsub;

import java.net.http.HttpClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps each push subscription's endpoint supplied. On the broker's thread, except for the end. No
 * HTTP client is made before something is pushed.
 */
final class Pushing implements AutoCloseable {
  private final Turns turns;
  private @Nullable HttpClient client;

  Pushing(Turns turns) {
    this.turns = turns;
  }

  /** Begins, changes or ends the pushing of a subscription. */
  void follow(Subscribed subscription) {
    subscription.takers.removeIf(t -> {
      if (t instanceof PushTaker push) {
        push.end();
        return true;
      }
      return false;
    });
    if (subscription.told().getDetached() || !subscription.pushes()) {
      return;
    }
    // Who pulled may not any more.
    subscription.takers.forEach(
        t -> t.refuse(Refused.notNow("The subscription pushes now (" + subscription.name + ").")));
    subscription.takers.clear();
    subscription.takers.add(new PushTaker(subscription, client(), turns));
  }

  private HttpClient client() {
    HttpClient known = client;
    if (known == null) {
      known =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(Duration.ofSeconds(10))
              .followRedirects(HttpClient.Redirect.NEVER)
              .build();
      client = known;
    }
    return known;
  }

  @Override
  public void close() {
    HttpClient known = client;
    if (known != null) {
      known.shutdownNow();
      known.close();
    }
  }
}
