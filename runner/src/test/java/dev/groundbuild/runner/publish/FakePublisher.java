package dev.groundbuild.runner.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.pubsub.v1.PublishRequest;
import com.google.pubsub.v1.PublishResponse;
import com.google.pubsub.v1.PublisherGrpc;
import com.google.pubsub.v1.PubsubMessage;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Pub/Sub's publishing end on loopback, with its faults: away, slow, or refusing. */
public final class FakePublisher extends PublisherGrpc.PublisherImplBase implements AutoCloseable {
  private final int port;
  private final BlockingQueue<Taken> taken = new LinkedBlockingQueue<>();
  private final BlockingQueue<StreamObserver<PublishResponse>> unanswered =
      new LinkedBlockingQueue<>();
  private volatile Answer answer = Answer.TAKE;
  private @Nullable Server server;

  /** What the server does with a message. */
  public enum Answer {
    TAKE,
    /** It has the message, and says nothing. */
    KEEP_SILENT,
    UNAVAILABLE,
    NOT_FOUND,
    PERMISSION_DENIED
  }

  /** A message, and where it went. */
  public record Taken(String topic, PubsubMessage message) {
    public String status() {
      return message.getAttributesOrDefault("status", "");
    }

    public String build() {
      return message.getAttributesOrDefault("buildId", "");
    }

    public String data() {
      return message.getData().toStringUtf8();
    }
  }

  private FakePublisher(int port) {
    this.port = port;
  }

  /** One that is not there yet. */
  public static FakePublisher away() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new FakePublisher(socket.getLocalPort());
    }
  }

  public static FakePublisher start() throws IOException {
    FakePublisher publisher = away();
    publisher.open();
    return publisher;
  }

  public void open() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .maxInboundMessageSize(20 << 20)
            .addService(this)
            .build()
            .start();
  }

  public String host() {
    return "127.0.0.1:" + port;
  }

  public void answer(Answer other) {
    answer = other;
  }

  @Override
  public void publish(PublishRequest request, StreamObserver<PublishResponse> response) {
    assertThat(request.getMessagesCount()).isOne();
    Answer now = answer;
    switch (now) {
      case TAKE -> {
        take(request);
        response.onNext(PublishResponse.newBuilder().addMessageIds("1").build());
        response.onCompleted();
      }
      case KEEP_SILENT -> {
        take(request);
        unanswered.add(response);
      }
      case UNAVAILABLE, NOT_FOUND, PERMISSION_DENIED ->
          response.onError(Status.fromCode(Status.Code.valueOf(now.name())).asException());
    }
  }

  private void take(PublishRequest request) {
    taken.add(new Taken(request.getTopic(), request.getMessages(0)));
  }

  /** The next message, when it comes. */
  public Taken await() throws InterruptedException {
    Taken next = taken.poll(60, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no message came");
    }
    return next;
  }

  /** All messages that have come and were not awaited. */
  public List<Taken> taken() {
    List<Taken> all = new ArrayList<>();
    taken.drainTo(all);
    return all;
  }

  @Override
  public void close() {
    if (server != null) {
      server.shutdownNow();
      try {
        server.awaitTermination();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
