package dev.groundbuild.steps.docker;

import com.github.dockerjava.api.exception.DockerException;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A connection to the engine that begins with a request and then carries bytes both ways, each way
 * with an end of its own: a program whose standard input is over is told so, and can still answer.
 */
final class Hijack implements Closeable {
  private static final int UPGRADED = 101;
  private static final int OK = 200;
  private static final int MOST_WORDS = 64 * 1024;
  private static final byte[] NO_BODY = {};

  private final InputStream in;
  private final OutputStream out;
  private final Closeable ending;
  private final Closeable all;

  private Hijack(InputStream in, OutputStream out, Closeable ending, Closeable all) {
    this.in = new BufferedInputStream(in);
    this.out = out;
    this.ending = ending;
    this.all = all;
  }

  /**
   * Posts a request and waits for the engine's word that the connection is ours.
   *
   * @throws DockerException when the engine refuses
   */
  static Hijack post(Connection connection, String path, String json) throws IOException {
    Hijack hijack = connect(connection);
    try {
      hijack.request(path, json.getBytes(StandardCharsets.UTF_8));
      return hijack;
    } catch (IOException | RuntimeException e) {
      hijack.close();
      throw e;
    }
  }

  /**
   * Asks for something whose end nobody may want to wait for: {@link #close} ends the answer, where
   * a connection that is to be used again would have to be read to its end.
   *
   * @throws DockerException when the engine refuses
   */
  static Hijack get(Connection connection, String path) throws IOException {
    Hijack hijack = connect(connection);
    try {
      // An answer of this version is not cut into chunks, and lasts to the end of the connection.
      hijack.send("GET " + path + " HTTP/1.0\r\nHost: docker\r\n\r\n", NO_BODY);
      hijack.awaitAnswer();
      return hijack;
    } catch (IOException | RuntimeException e) {
      hijack.close();
      throw e;
    }
  }

  private static Hijack connect(Connection connection) throws IOException {
    URI address = connection.address();
    if ("unix".equals(address.getScheme())) {
      SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(address.getPath()));
      return new Hijack(
          Channels.newInputStream(channel),
          Channels.newOutputStream(channel),
          channel::shutdownOutput,
          channel);
    }
    Socket socket = socket(connection, address);
    return new Hijack(
        socket.getInputStream(), socket.getOutputStream(), socket::shutdownOutput, socket);
  }

  private static Socket socket(Connection connection, URI address) throws IOException {
    if (connection.ssl() == null) {
      return new Socket(address.getHost(), address.getPort());
    }
    try {
      SSLContext keys = connection.ssl().getSSLContext();
      SSLSocket socket =
          (SSLSocket) keys.getSocketFactory().createSocket(address.getHost(), address.getPort());
      SSLParameters checks = socket.getSSLParameters();
      checks.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(checks);
      return socket;
    } catch (GeneralSecurityException e) {
      throw new IOException("the keys for the engine can't be used: " + e.getMessage(), e);
    }
  }

  private void request(String path, byte[] json) throws IOException {
    String head =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
            + "Content-Type: application/json\r\nContent-Length: "
            + json.length
            + "\r\n\r\n";
    send(head, json);
    awaitAnswer();
  }

  private void send(String head, byte[] body) throws IOException {
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    out.write(body);
    out.flush();
  }

  private void awaitAnswer() throws IOException {
    HttpHead answer = HttpHead.read(in);
    if (answer == null) {
      throw new IOException("the engine closed the connection without an answer");
    }
    // An answer's first line has its status where a request's has its target.
    int status = Integer.parseInt(answer.target());
    if (status != UPGRADED && status != OK) {
      byte[] words =
          answer.chunked() || answer.header("content-length").isPresent()
              ? HttpBody.read(answer, in)
              : in.readNBytes(MOST_WORDS);
      String body = new String(words, StandardCharsets.UTF_8);
      throw new DockerException(body, status);
    }
  }

  InputStream in() {
    return in;
  }

  OutputStream out() {
    return out;
  }

  /** Nothing more will be written; the other way stays open. */
  void end() throws IOException {
    ending.close();
  }

  @Override
  public void close() throws IOException {
    all.close();
  }
}
