package dev.groundbuild.steps.fake;

import dev.groundbuild.steps.engine.ContainerEngine.ExitStatus;
import dev.groundbuild.steps.engine.ContainerEngine.OutputSink;
import dev.groundbuild.steps.engine.ContainerSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A container without a process: a thread that does what its environment says.
 *
 * <p>{@link #signal} is completed by whoever ends it early, {@link #exit} by its own thread when
 * the last byte is in the sink; the sink is set before the thread starts.
 */
final class FakeContainer {
  private static final double NANOS = 1e9;

  final String id;
  final ContainerSpec spec;
  final FakeFiles files = new FakeFiles();
  private final CompletableFuture<Integer> signal = new CompletableFuture<>();
  private final CompletableFuture<ExitStatus> exit = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Instant> started = new CompletableFuture<>();
  private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
  private final AtomicReference<@Nullable OutputSink> sink = new AtomicReference<>();

  FakeContainer(String id, ContainerSpec spec) {
    this.id = id;
    this.spec = spec;
  }

  void attach(OutputSink to) {
    sink.set(to);
  }

  void detach() {
    sink.set(null);
  }

  /** Starts it, once; what it writes to its output file goes where the caller says. */
  void start(OutputFile output) {
    started.complete(Instant.now());
    Thread runs = Thread.ofVirtual().name("fake-" + spec.name()).unstarted(() -> run(output));
    if (thread.compareAndSet(null, runs)) {
      runs.start();
    }
  }

  /** Takes what the step writes to {@code /builder/outputs/output}. */
  interface OutputFile {
    void write(byte[] content);
  }

  Optional<Instant> startedAt() {
    return Optional.ofNullable(started.getNow(null));
  }

  boolean isRunning() {
    return thread.get() != null && !exit.isDone();
  }

  ExitStatus awaitExit() throws InterruptedException {
    try {
      return exit.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e);
    }
  }

  /** Ends it with an exit code, if it runs, and returns when it has ended. */
  void end(int code) throws InterruptedException {
    signal.complete(code);
    if (thread.get() != null) {
      awaitExit();
    }
  }

  private void run(OutputFile output) {
    try {
      print("OUTPUT", Optional.ofNullable(sink.get()).map(OutputSink::stdout));
      print("ERROR", Optional.ofNullable(sink.get()).map(OutputSink::stderr));
      String written = spec.env().get("OUTPUT_FILE");
      if (written != null) {
        output.write(written.getBytes(StandardCharsets.UTF_8));
      }
      exit.complete(new ExitStatus(sleep(), false));
    } catch (RuntimeException e) {
      exit.completeExceptionally(e);
    }
  }

  private void print(String variable, Optional<OutputStream> to) {
    String text = spec.env().get(variable);
    if (text == null || to.isEmpty()) {
      return;
    }
    try {
      to.get().write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the exit code: its own, or that of the signal which came first. */
  private int sleep() {
    Duration time =
        Duration.ofNanos(
            (long) (Double.parseDouble(spec.env().getOrDefault("SLEEP", "0")) * NANOS));
    try {
      return signal.get(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return Integer.parseInt(spec.env().getOrDefault("EXIT_CODE", "0"));
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("nobody interrupts this thread or fails its signal", e);
    }
  }
}
