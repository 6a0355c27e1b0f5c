package dev.groundbuild.steps.fake;

import dev.groundbuild.steps.engine.ContainerEngine.OutputSink;
import dev.groundbuild.steps.engine.Exec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A program without a process: a thread that prints each line that it is given, until one says
 * {@code exit CODE} or no more come.
 *
 * <p>It holds {@code lock} while it prints, and {@link #close} takes it: afterwards no byte is
 * delivered.
 */
final class FakeExec implements Exec {
  private static final String EXIT = "exit ";

  private final OutputSink sink;
  private final PipedInputStream in = new PipedInputStream();
  private final PipedOutputStream input;
  private final FutureTask<Integer> program = new FutureTask<>(this::run);
  private final ReentrantLock lock = new ReentrantLock();
  private boolean closed;

  private FakeExec(OutputSink sink) throws IOException {
    this.sink = sink;
    this.input = new PipedOutputStream(in);
  }

  static FakeExec start(OutputSink sink) {
    try {
      FakeExec exec = new FakeExec(sink);
      Thread.ofVirtual().name("fake-exec").start(exec.program);
      return exec;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int run() throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(EXIT)) {
        return Integer.parseInt(line.substring(EXIT.length()));
      }
      print(line + "\n");
    }
    return 0;
  }

  private void print(String text) throws IOException {
    lock.lock();
    try {
      if (!closed) {
        sink.stdout().write(text.getBytes(StandardCharsets.UTF_8));
        sink.stdout().flush();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public OutputStream input() {
    return input;
  }

  @Override
  public void resize(Size size) {
    // Nothing here asks for it.
  }

  @Override
  public int awaitExit() {
    try {
      return program.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException own ? own : new IllegalStateException(e);
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
      input.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
