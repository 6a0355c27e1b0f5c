package dev.groundbuild.runner.pubsub;

import com.google.pubsub.v1.Topic;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A Pub/Sub on this machine: {@code google.pubsub.v1} over gRPC, kept in a folder. What a publisher
 * has been told is there survives any end of the process.
 */
public final class PubsubServer implements AutoCloseable {
  private final DataFolder folder;
  private final Turns turns;
  private final Pushing pushing;
  private final Server server;

  private PubsubServer(DataFolder folder, Turns turns, Pushing pushing, Server server) {
    this.folder = folder;
    this.turns = turns;
    this.pushing = pushing;
    this.server = server;
  }

  /**
   * Where a server listens, and what it does on its own.
   *
   * @param dataDir made if it is not there
   * @param port 0 for any that is free
   * @param autoCreate whether a topic that is not there is made when somebody asks for it
   * @param topics full names of topics that are made at the start
   */
  public record Settings(
      Path dataDir, String host, int port, boolean autoCreate, List<String> topics) {
    public Settings {
      topics = List.copyOf(topics);
    }
  }

  /** Starts one on 127.0.0.1, where topics must be made before they are used. */
  public static PubsubServer start(Path dataDir, int port) throws IOException {
    return start(
        new Settings(dataDir, "127.0.0.1", port, false, List.of()),
        InstantSource.system(),
        _ -> {});
  }

  /**
   * Starts one.
   *
   * @param remarks takes sentences about what was found damaged
   * @throws PubsubException when the folder or the port is another's
   */
  public static PubsubServer start(Settings settings, InstantSource clock, Consumer<String> remarks)
      throws IOException {
    settings.topics().forEach(PubsubServer::checked);
    DataFolder folder = DataFolder.open(settings.dataDir());
    Ledger ledger;
    try {
      ledger = Ledger.open(folder.path(), clock.millis(), remarks);
    } catch (IOException | RuntimeException e) {
      folder.close();
      throw e;
    }
    Turns turns = Turns.start(new Broker(ledger, clock, settings.autoCreate()));
    Pushing pushing = new Pushing(turns);
    turns.run(() -> begin(ledger, pushing, settings.topics()));
    try {
      return new PubsubServer(folder, turns, pushing, listen(settings, turns, pushing));
    } catch (IOException e) {
      turns.close();
      folder.close();
      throw new PubsubException(
          "%s:%d can't be listened on: %s; choose another with --host-port"
              .formatted(settings.host(), settings.port(), reason(e)),
          e);
    }
  }

  private static void checked(String topic) {
    try {
      ResourceName.topic(topic);
    } catch (StatusRuntimeException e) {
      throw new PubsubException(String.valueOf(e.getStatus().getDescription()), e);
    }
  }

  private static void begin(Ledger ledger, Pushing pushing, List<String> topics) {
    for (String topic : topics) {
      if (!ledger.topics().containsKey(topic)) {
        ledger.record(
            new Entry.PutTopic(
                Topic.newBuilder().setName(topic).setState(Topic.State.ACTIVE).build()));
      }
    }
    ledger.subscriptions().values().forEach(pushing::follow);
  }

  private static Server listen(Settings settings, Turns turns, Pushing pushing) throws IOException {
    PlainNetty.choose();
    return NettyServerBuilder.forAddress(new InetSocketAddress(settings.host(), settings.port()))
        // Calls only leave a turn in a queue.
        .directExecutor()
        .maxInboundMessageSize(20 << 20)
        .permitKeepAliveTime(5, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        .addService(new PublisherCalls(turns))
        .addService(new SubscriberCalls(turns, pushing))
        .build()
        .start();
  }

  private static String reason(IOException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage());
  }

  /** The port that it listens on. */
  public int port() {
    return server.getPort();
  }

  /**
   * Waits until it can't go on.
   *
   * @throws IOException when its journal can't be written
   */
  public void await() throws IOException, InterruptedException {
    try {
      CompletableFuture<Void> ended = turns.ended();
      ended.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Ends every call, and leaves everything on the disk. */
  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    pushing.close();
    turns.close();
    folder.close();
  }
}
