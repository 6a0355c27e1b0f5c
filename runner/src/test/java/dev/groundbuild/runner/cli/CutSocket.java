package dev.groundbuild.runner.cli;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A way to the engine that can be cut and mended. */
final class CutSocket implements AutoCloseable {
  private static final Path ENGINE = Path.of("/var/run/docker.sock");

  private final Path path;
  // Filled by the accepting thread, emptied by the test's.
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private ServerSocketChannel server;

  CutSocket(Path path) throws IOException {
    this.path = path;
    this.server = listen();
  }

  String address() {
    return "unix://" + path;
  }

  private ServerSocketChannel listen() throws IOException {
    ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listening.bind(UnixDomainSocketAddress.of(path));
    Thread.ofPlatform().daemon().start(() -> accept(listening));
    return listening;
  }

  private void accept(ServerSocketChannel listening) {
    try {
      while (true) {
        SocketChannel client = listening.accept();
        SocketChannel engine = SocketChannel.open(UnixDomainSocketAddress.of(ENGINE));
        open.add(client);
        open.add(engine);
        Thread.ofPlatform().daemon().start(() -> pump(client, engine));
        Thread.ofPlatform().daemon().start(() -> pump(engine, client));
      }
    } catch (IOException cut) {
      return;
    }
  }

  private static void pump(SocketChannel from, SocketChannel to) {
    try {
      Channels.newInputStream(from).transferTo(Channels.newOutputStream(to));
      to.shutdownOutput();
    } catch (IOException cut) {
      return;
    }
  }

  /** Every connection breaks, and nobody answers any more. */
  void cut() throws IOException {
    server.close();
    Files.deleteIfExists(path);
    for (SocketChannel channel : open) {
      channel.close();
    }
    open.clear();
  }

  /** The engine answers again. */
  void mend() throws IOException {
    server = listen();
  }

  @Override
  public void close() throws IOException {
    cut();
  }
}
