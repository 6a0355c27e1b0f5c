package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One run of the command line as a process of its own. */
final class CliProcess {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Process process;
  private final Collected out;
  private final Collected err;

  CliProcess(Process process) {
    this.process = process;
    this.out = new Collected(process.getInputStream());
    this.err = new Collected(process.getErrorStream());
  }

  /** A run that is over. */
  record Ended(int exit, byte[] bytes, String err, Duration took) {
    String out() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Lets the process find its standard input at an end. */
  void closeIn() throws IOException {
    process.getOutputStream().close();
  }

  void write(String text) throws IOException {
    process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    closeIn();
  }

  /** Types at the terminal. */
  void type(String text) throws IOException {
    process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** The process below that runs the command line, when a terminal is around it. */
  long pidOfJava() {
    return process
        .descendants()
        .filter(p -> p.info().command().filter(c -> c.endsWith("/java")).isPresent())
        .map(ProcessHandle::pid)
        .findFirst()
        .orElseThrow();
  }

  /** Waits until standard output has the text. */
  void awaitOut(String text) {
    out.await(text, PATIENCE, this);
  }

  void awaitErr(String text) {
    err.await(text, PATIENCE, this);
  }

  /** What has been said so far. */
  String said() {
    return "standard output:\n" + out.text() + "\nstandard error:\n" + err.text();
  }

  /**
   * Sends a signal.
   *
   * @param name such as {@code INT}
   */
  void signal(String name) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
            .inheritIO()
            .start()
            .waitFor();
    assertThat(code).isZero();
  }

  /** Waits for the end; the time is counted from this call. */
  Ended await() throws InterruptedException {
    return await(PATIENCE);
  }

  /** The same of something that takes long. */
  Ended await(Duration patience) throws InterruptedException {
    long start = System.nanoTime();
    if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("still runs after " + patience + "; " + said());
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    return new Ended(
        process.exitValue(), out.all(), new String(err.all(), StandardCharsets.UTF_8), took);
  }

  void end() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** What a stream has brought so far; read on a thread of its own. */
  private static final class Collected {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Thread reader;

    Collected(InputStream stream) {
      reader = Thread.ofVirtual().start(() -> read(stream));
    }

    private void read(InputStream stream) {
      byte[] block = new byte[1 << 16];
      try (stream) {
        for (int n = stream.read(block); n >= 0; n = stream.read(block)) {
          lock.lock();
          try {
            bytes.write(block, 0, n);
            more.signalAll();
          } finally {
            lock.unlock();
          }
        }
      } catch (IOException _) {
        // The process was ended by force.
      }
    }

    void await(String text, Duration patience, CliProcess whose) {
      long left = patience.toNanos();
      lock.lock();
      try {
        while (!bytes.toString(StandardCharsets.UTF_8).contains(text)) {
          if (left <= 0 || !reader.isAlive()) {
            throw new AssertionError("never said \"" + text + "\"; " + whose.said());
          }
          // A look now and then, too: the process may end without another word.
          left -= 100_000_000 - Math.max(0, more.awaitNanos(100_000_000));
        }
      } catch (InterruptedException e) {
        throw new AssertionError("interrupted", e);
      } finally {
        lock.unlock();
      }
    }

    String text() {
      lock.lock();
      try {
        return bytes.toString(StandardCharsets.UTF_8);
      } finally {
        lock.unlock();
      }
    }

    byte[] all() throws InterruptedException {
      reader.join();
      return bytes.toByteArray();
    }
  }
}
