package dev.groundbuild.runner.overlay;

import dev.groundbuild.runner.overlay.SideContainer.Check;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerEngine.OutputSink;
import dev.groundbuild.steps.engine.ContainerState;
import dev.groundbuild.steps.engine.ContainerState.Health;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.Exec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Looks whether a container is ready. A port is tried from here, at the container's own address;
 * where that can't be reached (an engine on another machine, or in a virtual one), the container is
 * asked which ports listen, which needs the program {@code cat} in it. Used by one thread.
 */
final class ReadinessProbe {
  private static final int PATIENCE_MILLIS = 1000;
  private static final String LISTENING = "0A";
  private static final int LONGEST_ANSWER = 4096;

  private final ContainerEngine engine;
  private final String container;
  private final Check check;
  private String complaint = "it was not asked yet";

  ReadinessProbe(ContainerEngine engine, String container, Check check) {
    this.engine = engine;
    this.container = container;
    this.check = check;
  }

  /** Why the last look was in vain. */
  String complaint() {
    return complaint;
  }

  boolean passes(ContainerState state) {
    return switch (check) {
      case Check.Health _ -> healthy(state.health());
      case Check.Tcp(int port) -> takesConnections(state.address(), port);
      case Check.Http(int port, String path) -> answers(state.address(), port, path);
      case Check.Command(List<String> command) -> succeeds(command);
    };
  }

  private boolean healthy(Health health) {
    complaint = "its health check says " + health.name().toLowerCase(Locale.ROOT);
    return switch (health) {
      case NONE, HEALTHY -> true;
      case STARTING, UNHEALTHY -> false;
    };
  }

  private boolean takesConnections(Optional<String> address, int port) {
    try (Socket _ = connect(address, port)) {
      return true;
    } catch (ConnectException e) {
      complaint = "nothing listens on port " + port;
      // Some networks refuse what they can't reach.
      return listens(port);
    } catch (IOException e) {
      complaint = "port " + port + " can't be reached: " + e.getMessage();
      return listens(port);
    }
  }

  private static Socket connect(Optional<String> address, int port) throws IOException {
    if (address.isEmpty()) {
      throw new IOException("the container has no address");
    }
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(address.get(), port), PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** What the kernel says in the container's own network; loopback alone is not enough. */
  private boolean listens(int port) {
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    try {
      if (run(List.of("cat", "/proc/net/tcp", "/proc/net/tcp6"), table) != 0) {
        return false;
      }
    } catch (EngineException e) {
      return false;
    }
    String wanted = String.format(Locale.ROOT, ":%04X", port);
    return table
        .toString(StandardCharsets.US_ASCII)
        .lines()
        .map(line -> line.strip().split("\\s+"))
        .anyMatch(words ->
            words.length > 3
                && words[1].endsWith(wanted)
                && !words[1].startsWith("0100007F")
                && !words[1].startsWith("00000000000000000000000001000000")
                && words[3].equals(LISTENING));
  }

  private boolean answers(Optional<String> address, int port, String path) {
    try (Socket socket = connect(address, port)) {
      String request = "GET " + path + " HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] head = new byte[LONGEST_ANSWER];
      int count = socket.getInputStream().read(head);
      String first =
          new String(head, 0, Math.max(0, count), StandardCharsets.ISO_8859_1)
              .lines()
              .findFirst()
              .orElse("nothing");
      complaint = "port " + port + " answers " + first;
      return first.matches("HTTP/\\d(?:\\.\\d)? [123]\\d\\d.*");
    } catch (ConnectException e) {
      complaint = "nothing listens on port " + port;
      return false;
    } catch (IOException e) {
      complaint =
          "port "
              + port
              + " can't be reached from here ("
              + e.getMessage()
              + "); if the engine is on another machine, use a command";
      return false;
    }
  }

  private boolean succeeds(List<String> command) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try {
      int code = run(command, said);
      String text = said.toString(StandardCharsets.UTF_8).strip();
      complaint =
          String.join(" ", command) + " exits with " + code + (text.isEmpty() ? "" : ": " + text);
      return code == 0;
    } catch (EngineException e) {
      complaint = String.valueOf(e.getMessage());
      return false;
    }
  }

  private int run(List<String> command, OutputStream said) {
    OutputStream bounded = new Bounded(said);
    OutputSink sink =
        new OutputSink() {
          @Override
          public OutputStream stdout() {
            return bounded;
          }

          @Override
          public OutputStream stderr() {
            return bounded;
          }
        };
    try (Exec exec = engine.exec(container, new Exec.Spec(command, Optional.empty()), sink)) {
      exec.input().close();
      return exec.awaitExit();
    } catch (IOException e) {
      return -1;
    }
  }

  /** Keeps the beginning. */
  private static final class Bounded extends OutputStream {
    private static final int MOST = 64 * 1024;
    private final OutputStream out;
    private int left = MOST;

    Bounded(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      if (left > 0) {
        left--;
        out.write(b);
      }
    }
  }
}
