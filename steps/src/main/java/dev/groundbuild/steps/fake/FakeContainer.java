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
import java.util.List;
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
  private static final String OUTPUT_FILE = "/builder/outputs/output";

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

  /**
   * Starts it, once.
   *
   * @param turn how many of its name were started before
   * @param written takes what it writes to files
   */
  void start(int turn, WrittenFile written) {
    started.complete(Instant.now());
    Thread runs =
        Thread.ofVirtual().name("fake-" + spec.name()).unstarted(() -> run(turn, written));
    if (thread.compareAndSet(null, runs)) {
      runs.start();
    }
  }

  /** Takes the content of a file. */
  interface WrittenFile {
    void write(String path, byte[] content);
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

  private void run(int turn, WrittenFile written) {
    try {
      print("OUTPUT", Optional.ofNullable(sink.get()).map(OutputSink::stdout));
      print("ERROR", Optional.ofNullable(sink.get()).map(OutputSink::stderr));
      printVariables();
      write("OUTPUT_FILE", OUTPUT_FILE, written);
      write("VARIABLES", spec.env().getOrDefault("GROUNDBUILD_ENV", "/none"), written);
      exit.complete(new ExitStatus(sleep(turn), false));
    } catch (RuntimeException e) {
      exit.completeExceptionally(e);
    }
  }

  private void printVariables() {
    for (String name : spec.env().getOrDefault("PRINT", "").split(" +", -1)) {
      if (!name.isEmpty()) {
        String text = name + "=" + spec.env().getOrDefault(name, "(unset)") + "\n";
        Optional.ofNullable(sink.get())
            .ifPresent(to -> print(text.getBytes(StandardCharsets.UTF_8), to.stdout()));
      }
    }
  }

  private void write(String variable, String path, WrittenFile written) {
    String text = spec.env().get(variable);
    if (text != null) {
      written.write(path, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private void print(String variable, Optional<OutputStream> to) {
    String text = spec.env().get(variable);
    if (text != null && to.isPresent()) {
      print(text.getBytes(StandardCharsets.UTF_8), to.get());
    }
  }

  private static void print(byte[] text, OutputStream to) {
    try {
      to.write(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the exit code: its own, or that of the signal which came first. */
  private int sleep(int turn) {
    Duration time =
        Duration.ofNanos(
            (long) (Double.parseDouble(spec.env().getOrDefault("SLEEP", "0")) * NANOS));
    try {
      return signal.get(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return exitCode(turn);
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("nobody interrupts this thread or fails its signal", e);
    }
  }

  private int exitCode(int turn) {
    List<String> codes = List.of(spec.env().getOrDefault("EXIT_CODES", "").strip().split(" +", -1));
    String last = spec.env().getOrDefault("EXIT_CODE", "0");
    boolean listed = turn < codes.size() && !codes.get(turn).isEmpty();
    return Integer.parseInt(listed ? codes.get(turn) : last);
  }
}
