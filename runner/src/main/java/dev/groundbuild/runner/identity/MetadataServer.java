package dev.groundbuild.runner.identity;

import dev.groundbuild.steps.engine.ContainerEngine.NetworkAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Listens at the machine's address on one build's network, and talks to nobody but the containers
 * on it. Until one of them comes it is a bound socket and a thread that waits.
 */
final class MetadataServer implements AutoCloseable {
  private static final int MOST_CONNECTIONS = 256;
  private static final int BACKLOG = 50;
  private static final long PAUSE_NANOS = 10_000_000;

  private final ServerSocket server;
  private final InetAddress own;
  private final Subnet clients;
  private final Function<HttpRequest, Answer> metadata;
  // Added to by the accepting thread, taken from by every connection's; close() ends what is in it.
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private MetadataServer(
      ServerSocket server, NetworkAddress network, Function<HttpRequest, Answer> metadata) {
    this.server = server;
    this.own = server.getInetAddress();
    this.clients = Subnet.parse(network.subnet());
    this.metadata = metadata;
  }

  /**
   * Begins to listen.
   *
   * @param port 0 for any
   * @throws IOException when the address is not this machine's, or the port is not ours to take
   */
  static MetadataServer open(
      NetworkAddress network, int port, Function<HttpRequest, Answer> metadata) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral(network.gateway()), port), BACKLOG);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    MetadataServer server = new MetadataServer(socket, network, metadata);
    Thread.ofPlatform().daemon().name("metadata").start(server::accept);
    return server;
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        answer(server.accept());
      } catch (IOException e) {
        // Closed, or too many files are open: then not at once again.
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  /** Processes of the machine itself come from its own address on the network: not ours either. */
  private void answer(Socket client) throws IOException {
    InetAddress from = client.getInetAddress();
    if (!clients.contains(from) || from.equals(own) || open.size() >= MOST_CONNECTIONS) {
      client.close();
      return;
    }
    open.add(client);
    Thread.ofPlatform()
        .daemon()
        .name("metadata-connection")
        .start(() -> {
          try {
            MetadataConnection.serve(client, metadata);
          } finally {
            open.remove(client);
          }
        });
    if (server.isClosed()) {
      client.close();
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket client : open) {
        client.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException("a socket can't be closed", e);
    }
  }
}
