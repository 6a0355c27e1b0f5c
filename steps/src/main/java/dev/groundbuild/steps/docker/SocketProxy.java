package dev.groundbuild.steps.docker;

import dev.groundbuild.steps.engine.ContainerEngine;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A socket that behaves as the engine's own, for the steps of one build: requests that make or name
 * something are rewritten by a {@link SocketScope}, everything else passes byte for byte.
 *
 * <p>Each connection of a step has one connection to the engine. Requests are read one by one; what
 * the engine answers is passed on unread, so streams, uploads and hijacked connections work as they
 * do without us.
 */
final class SocketProxy implements ContainerEngine.StepSocket {
  private final SocketFolder folder;
  private final Path engine;
  private final SocketScope scope;
  private final ServerSocketChannel server;
  // Written by the accepting thread and by every connection's thread; close() ends whatever is in
  // it.
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

  private SocketProxy(
      SocketFolder folder, Path engine, SocketScope scope, ServerSocketChannel server) {
    this.folder = folder;
    this.engine = engine;
    this.scope = scope;
    this.server = server;
  }

  /**
   * Begins to listen.
   *
   * @param engine the engine's own socket
   */
  static SocketProxy open(Path engine, SocketScope scope) throws IOException {
    SocketFolder.removeDead();
    SocketFolder folder = SocketFolder.make();
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    SocketProxy proxy = new SocketProxy(folder, engine, scope, server);
    try {
      server.bind(UnixDomainSocketAddress.of(proxy.socket()));
    } catch (IOException e) {
      proxy.close();
      throw e;
    }
    Thread.ofPlatform().daemon().name("docker-socket").start(proxy::accept);
    return proxy;
  }

  /** The file to be mounted at /var/run/docker.sock. */
  Path socket() {
    return folder.socket();
  }

  @Override
  public String path() {
    return socket().toString();
  }

  /** Stops listening and ends every connection. */
  @Override
  public void close() {
    try {
      server.close();
      for (SocketChannel channel : open) {
        channel.close();
      }
      folder.remove();
    } catch (IOException e) {
      // Nobody answers there any more; groundbuild clean removes what is left.
      return;
    }
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel client = server.accept();
        open.add(client);
        Thread.ofPlatform().daemon().name("docker-socket-client").start(() -> serve(client));
      }
    } catch (IOException closed) {
      // close() ends the loop this way.
      return;
    }
  }

  private void serve(SocketChannel client) {
    try (client;
        SocketChannel upstream = SocketChannel.open(UnixDomainSocketAddress.of(engine))) {
      open.add(upstream);
      Thread answers =
          Thread.ofPlatform()
              .daemon()
              .name("docker-socket-answers")
              .start(() -> pump(upstream, client));
      requests(
          new BufferedInputStream(Channels.newInputStream(client), 32 * 1024),
          Channels.newOutputStream(upstream),
          Channels.newOutputStream(client));
      upstream.shutdownOutput();
      answers.join();
      open.remove(upstream);
    } catch (IOException gone) {
      // One side closed: the other is closed with it, which is all the step can be told.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(client);
    }
  }

  private static void pump(SocketChannel from, SocketChannel to) {
    try {
      Channels.newInputStream(from).transferTo(Channels.newOutputStream(to));
      to.shutdownOutput();
    } catch (IOException gone) {
      return;
    }
  }

  private void requests(InputStream in, OutputStream engineOut, OutputStream clientOut)
      throws IOException {
    while (true) {
      HttpHead head = HttpHead.read(in);
      if (head == null) {
        return;
      }
      if (scope.rewritesBody(head.method(), head.target())) {
        forwardRewritten(head, in, engineOut, clientOut);
      } else if (head.takesOver()) {
        engineOut.write(head.withTarget(scope.target(head.target())).bytes());
        in.transferTo(engineOut);
        return;
      } else {
        engineOut.write(head.withTarget(scope.target(head.target())).bytes());
        HttpBody.copy(head, in, engineOut);
      }
      engineOut.flush();
    }
  }

  private void forwardRewritten(
      HttpHead head, InputStream in, OutputStream engineOut, OutputStream clientOut)
      throws IOException {
    if (head.header("expect").isPresent()) {
      clientOut.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    }
    byte[] body = scope.body(head.target(), HttpBody.read(head, in));
    engineOut.write(head.withTarget(scope.target(head.target())).withBody(body.length).bytes());
    engineOut.write(body);
  }
}
