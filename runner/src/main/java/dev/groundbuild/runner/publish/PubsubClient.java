package dev.groundbuild.runner.publish;

import com.google.api.core.ApiFuture;
import com.google.api.gax.batching.BatchingSettings;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.StatusCode;
import com.google.cloud.pubsub.v1.TopicAdminClient;
import com.google.cloud.pubsub.v1.TopicAdminSettings;
import com.google.protobuf.ByteString;
import com.google.pubsub.v1.PublishRequest;
import com.google.pubsub.v1.PubsubMessage;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Google's client. This class is the only one that loads it, so that a build that publishes nothing
 * does not pay for it. Used by one thread.
 */
final class PubsubClient implements AutoCloseable {
  /** They say nothing that the messages here don't, in their own form; kept, or they are lost. */
  private static final List<Logger> QUIET =
      Stream.of("io.grpc", "com.google.api.gax", "com.google.auth").map(Logger::getLogger).toList();

  private final Destination destination;
  private final TopicAdminClient client;

  private PubsubClient(Destination destination, TopicAdminClient client) {
    this.destination = destination;
    this.client = client;
  }

  static PubsubClient open(Destination destination) throws PublishException {
    QUIET.forEach(logger -> logger.setLevel(Level.OFF));
    try {
      return new PubsubClient(destination, TopicAdminClient.create(settings(destination)));
    } catch (IOException e) {
      throw new PublishException(
          true,
          "there are no credentials for Pub/Sub ("
              + line(e)
              + "); get some: gcloud auth application-default login",
          e);
    } catch (RuntimeException e) {
      throw lasting(destination + " can't be used: " + line(e), e);
    }
  }

  private static TopicAdminSettings settings(Destination destination) throws IOException {
    TopicAdminSettings.Builder settings = TopicAdminSettings.newBuilder();
    // One at a time, and tried again here: the order must hold, and the user may be waiting.
    settings
        .publishSettings()
        .setRetryableCodes(Set.of())
        .setBatchingSettings(BatchingSettings.newBuilder().setIsEnabled(false).build());
    destination
        .emulator()
        .ifPresent(host ->
            settings
                .setCredentialsProvider(NoCredentialsProvider.create())
                .setTransportChannelProvider(
                    InstantiatingGrpcChannelProvider.newBuilder()
                        .setEndpoint(host)
                        .setChannelConfigurator(channel -> channel.usePlaintext())
                        .build()));
    return settings.build();
  }

  /**
   * Sends a message, and returns when it is acknowledged.
   *
   * @param patience after which an answer is no longer waited for
   */
  void publish(StatusMessage message, Duration patience)
      throws PublishException, InterruptedException {
    PublishRequest request =
        PublishRequest.newBuilder()
            .setTopic(message.topic())
            .addMessages(
                PubsubMessage.newBuilder()
                    .setData(ByteString.copyFromUtf8(message.data()))
                    .putAttributes("buildId", message.buildId())
                    .putAttributes("status", message.status())
                    .setOrderingKey(message.buildId()))
            .build();
    ApiFuture<?> answer = client.publishCallable().futureCall(request);
    try {
      answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw refusal(message, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw new PublishException(
          false, destination + " did not answer within " + patience.toSeconds() + " s", e);
    } finally {
      answer.cancel(true);
    }
  }

  private PublishException refusal(StatusMessage message, Throwable cause) {
    StatusCode.Code code =
        cause instanceof ApiException e ? e.getStatusCode().getCode() : StatusCode.Code.UNKNOWN;
    return switch (code) {
      case NOT_FOUND -> lasting(destination.noTopic(topic(message)), cause);
      case PERMISSION_DENIED -> lasting(destination.notAllowed(topic(message)), cause);
      case UNAUTHENTICATED -> lasting(destination.notKnown(), cause);
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE, UNIMPLEMENTED ->
          lasting(
              destination + " refuses the message for " + message.topic() + ": " + line(cause),
              cause);
      case UNAVAILABLE ->
          new PublishException(false, destination.unreachable(innermost(cause)), cause);
      default ->
          new PublishException(
              false, destination + " did not take the message: " + line(cause), cause);
    };
  }

  private static Topic topic(StatusMessage message) {
    return Topic.parse(message.topic(), "");
  }

  private static PublishException lasting(String text, Throwable cause) {
    return new PublishException(true, text, cause);
  }

  private static String innermost(Throwable failure) {
    Throwable at = failure;
    while (at.getCause() != null) {
      at = at.getCause();
    }
    return at instanceof UnknownHostException ? "no such host: " + line(at) : line(at);
  }

  private static String line(Throwable failure) {
    String text = failure.getMessage();
    return text == null
        ? failure.getClass().getSimpleName()
        : text.lines().findFirst().orElse("").strip().replaceFirst("\\.$", "");
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
