package dev.groundbuild.runner.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.BuildEvent;
import dev.groundbuild.runner.BuildOutcome;
import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.steps.StepLog.Stream;
import dev.groundbuild.steps.StepOutcome;
import dev.groundbuild.steps.StepSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Shows an invented build on the terminal, to look at. Arguments: form, colour, number of steps,
 * seconds that a step takes, and for a flood the megabytes that each step prints.
 */
final class ConsoleDemo {
  private static final InstantSource CLOCK = InstantSource.system();

  private final BuildLog log;
  private final int millis;
  private final int megabytes;

  private ConsoleDemo(BuildLog log, int seconds, int megabytes) {
    this.log = log;
    this.millis = seconds * 1000;
    this.megabytes = megabytes;
  }

  static void main(String[] args) throws Exception {
    Path kept = Path.of(System.getProperty("java.io.tmpdir"), "console-demo.log");
    Afterwards afterwards = new Afterwards(Optional.of("groundbuild run demo"), Optional.of(kept));
    ConsoleChoice choice =
        new ConsoleChoice(
            ConsoleChoice.Form.valueOf(args[0].toUpperCase(Locale.ROOT)),
            ConsoleChoice.Color.valueOf(args[1].toUpperCase(Locale.ROOT)));
    LogSink console = choice.open(System.getenv(), afterwards, CLOCK);
    long began = System.nanoTime();
    try (BuildLog log =
        BuildLog.open(List.of(LogFile.open(kept, Path.of("/dev/null")), console), CLOCK)) {
      new ConsoleDemo(
              log, Integer.parseInt(args[3]), args.length > 4 ? Integer.parseInt(args[4]) : 0)
          .play(Integer.parseInt(args[2]));
    }
    System.err.printf(
        "%d ms, heap %d MB%n",
        (System.nanoTime() - began) / 1_000_000,
        (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20);
  }

  private void play(int count) throws InterruptedException {
    List<StepSpec> steps = new ArrayList<>();
    List<Set<Integer>> waitFor = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      steps.add(spec(i));
      waitFor.add(i == count - 1 && count > 1 ? Set.of(0) : Set.of());
    }
    Build build = Build.newBuilder().setId("demo-0001").build();
    log.on(new BuildEvent.Queued(CLOCK.instant(), build, new BuildPlan(steps, waitFor)));
    log.on(new BuildEvent.Started(CLOCK.instant()));
    log.on(new BuildEvent.Note(CLOCK.instant(), true, "options.machineType does nothing here"));
    Instant start = CLOCK.instant();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (StepSpec step : steps) {
        log.on(new BuildEvent.StepStarted(start, step));
        var _ = threads.submit(() -> run(step.index()));
      }
    }
    for (StepSpec step : steps) {
      int code = step.index() == count - 1 ? 1 : 0;
      Instant now = CLOCK.instant();
      var timing = new StepOutcome.Timing(start, now, Optional.empty());
      var outcome = new StepOutcome.Exited(code, false, timing, Optional.empty(), new byte[0]);
      log.on(new BuildEvent.StepEnded(now, step, outcome, Duration.between(start, now), false));
    }
    Build ended = build.toBuilder().setStatus(Build.Status.FAILURE).build();
    log.on(
        new BuildEvent.Ended(
            CLOCK.instant(), new BuildOutcome(ended, Map.of(), "build step failed")));
  }

  private Void run(int step) throws InterruptedException {
    if (megabytes > 0) {
      byte[] line = "y".repeat(79).getBytes(UTF_8);
      for (int i = 0; i < megabytes * (1 << 20) / 80; i++) {
        log.line(step, Stream.STDOUT, line.clone(), true);
      }
      return null;
    }
    for (int percent = 0; percent < 100; percent += 5) {
      log.progress(step, "Pulling image: busybox (" + percent + " %)");
      Thread.sleep(millis / 50);
    }
    for (int i = 0; i < 30; i++) {
      String text = "working on \033[1mpart " + i + "\033[0m \033[3Aof 30, " + "界".repeat(i * 2);
      log.line(step, Stream.STDOUT, text.getBytes(UTF_8), true);
      Thread.sleep(millis / 50);
    }
    return null;
  }

  private static StepSpec spec(int index) {
    return new StepSpec(
        index,
        index % 5 == 4 ? Optional.empty() : Optional.of("step-" + index),
        "busybox",
        null,
        List.of(),
        null,
        new TreeMap<>(),
        Set.of(),
        "/workspace",
        List.of(),
        Optional.empty(),
        false,
        Set.of());
  }
}
