package dev.groundbuild.steps.docker;

import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.DockerException;
import dev.groundbuild.steps.engine.ContainerEngine.OutputSink;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.Exec;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A program in a container of a Docker engine.
 *
 * <p>A thread of ours reads what it prints and calls the sink while it holds {@code lock}; {@link
 * #close} takes the lock too, so that afterwards no byte is delivered.
 */
final class DockerExec implements Exec {
  private static final int STDERR = 2;
  private static final int BLOCK = 32 * 1024;
  private static final int ATTEMPTS = 50;
  private static final long PAUSE_MILLIS = 20;

  private final Way way;
  private final String id;
  private final Hijack hijack;
  private final boolean terminal;
  private final OutputSink sink;
  private final ReentrantLock lock = new ReentrantLock();
  private final FutureTask<Boolean> reading = new FutureTask<>(this::read);
  private boolean closed;

  /** How the engine is reached. */
  record Way(Connection connection, Calls calls, Faults faults) {}

  private DockerExec(Way way, String id, Hijack hijack, boolean terminal, OutputSink sink) {
    this.way = way;
    this.id = id;
    this.hijack = hijack;
    this.terminal = terminal;
    this.sink = sink;
  }

  static DockerExec start(Way way, String container, Spec spec, OutputSink sink) {
    String doing = "starting " + spec.command().getFirst() + " in container " + container;
    boolean terminal = spec.terminal().isPresent();
    DockerExec exec =
        way.calls()
            .made(
                doing,
                () -> {
                  String id = create(way, container, spec);
                  Hijack hijack =
                      Hijack.post(way.connection(), "/exec/" + id + "/start", request(spec));
                  return new DockerExec(way, id, hijack, terminal, sink);
                },
                DockerExec::close);
    Thread.ofPlatform().daemon().name("exec-" + exec.id).start(exec.reading);
    try {
      spec.terminal().ifPresent(exec::resize);
      return exec;
    } catch (RuntimeException e) {
      exec.close();
      throw e;
    }
  }

  private static String create(Way way, String container, Spec spec) {
    return way.connection()
        .client()
        .execCreateCmd(container)
        .withAttachStdin(true)
        .withAttachStdout(true)
        .withAttachStderr(true)
        .withTty(spec.terminal().isPresent())
        .withCmd(spec.command().toArray(String[]::new))
        .exec()
        .getId();
  }

  /** An engine that does not know the size here is told it right after. */
  private static String request(Spec spec) {
    String size =
        spec.terminal()
            .map(s -> ",\"ConsoleSize\":[" + s.rows() + "," + s.columns() + "]")
            .orElse("");
    return "{\"Detach\":false,\"Tty\":" + spec.terminal().isPresent() + size + "}";
  }

  @Override
  public OutputStream input() {
    return new FilterOutputStream(hijack.out()) {
      @Override
      public void write(byte[] bytes, int offset, int count) throws IOException {
        out.write(bytes, offset, count);
      }

      @Override
      public void close() throws IOException {
        flush();
        hijack.end();
      }
    };
  }

  /** A program that has only just been started may have no terminal yet. */
  @Override
  public void resize(Size size) {
    if (!terminal) {
      return;
    }
    way.calls()
        .done(
            "telling a program the size of its terminal",
            () -> {
              for (int attempt = 1; attempt <= ATTEMPTS && !reading.isDone(); attempt++) {
                try {
                  way.connection()
                      .client()
                      .resizeExecCmd(id)
                      .withSize(size.rows(), size.columns())
                      .exec();
                  return;
                } catch (DockerException e) {
                  pause();
                }
              }
            });
  }

  @Override
  public int awaitExit() {
    String doing = "waiting for a program in a container";
    try {
      reading.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted: " + doing);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw cause instanceof IllegalStateException own ? own : way.faults().of(doing, cause);
    }
    return way.calls().answer(doing, this::exitCode);
  }

  /** The engine closes the streams a moment before it notes the exit code. */
  private int exitCode() {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      InspectExecResponse state = way.connection().client().inspectExecCmd(id).exec();
      Long code = state.getExitCodeLong();
      if (code != null && !Boolean.TRUE.equals(state.isRunning())) {
        return code.intValue();
      }
      pause();
    }
    throw new EngineException(
        EngineException.Kind.FAILED,
        "the engine closed the connection to a program that still runs",
        null);
  }

  /** Nobody interrupts the threads of calls. */
  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean read() throws IOException {
    DataInputStream in = new DataInputStream(hijack.in());
    byte[] block = new byte[BLOCK];
    if (terminal) {
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        deliver(false, block, n);
      }
      return true;
    }
    for (int stream = in.read(); stream >= 0; stream = in.read()) {
      in.skipNBytes(3);
      int left = in.readInt();
      while (left > 0) {
        int n = in.read(block, 0, Math.min(left, block.length));
        if (n < 0) {
          throw new EOFException("the engine's answer ends in the middle");
        }
        deliver(stream == STDERR, block, n);
        left -= n;
      }
    }
    return true;
  }

  private void deliver(boolean error, byte[] block, int count) throws IOException {
    lock.lock();
    try {
      if (!closed) {
        OutputStream to = error ? sink.stderr() : sink.stdout();
        to.write(block, 0, count);
        to.flush();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    try {
      hijack.close();
    } catch (IOException e) {
      // It is being given up; that it was broken already changes nothing.
      return;
    }
  }
}
