package dev.groundbuild.steps;

import dev.groundbuild.steps.StepLog.Stream;
import dev.groundbuild.steps.StepOutcome.Cancelled;
import dev.groundbuild.steps.StepOutcome.Exited;
import dev.groundbuild.steps.StepOutcome.NotStarted;
import dev.groundbuild.steps.StepOutcome.TimedOut;
import dev.groundbuild.steps.StepOutcome.Timing;
import dev.groundbuild.steps.StepTrace.Phase;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerEngine.ExitStatus;
import dev.groundbuild.steps.engine.ContainerEngine.Output;
import dev.groundbuild.steps.engine.ContainerEngine.OutputSink;
import dev.groundbuild.steps.engine.ContainerSpec;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run of one step. Used once, by one thread. */
final class StepRun {
  /** Cloud Build: the first 50 KB of the step's output are kept. */
  private static final int OUTPUT_LIMIT = 50 * 1024;

  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);

  private static final int FAILED = 1;

  /**
   * What a container whose program can't be run exits with, by the kernel, the shell and the
   * engine.
   */
  private static final Set<Integer> UNRUNNABLE = Set.of(1, 126, 127, 255);

  private static final Set<String> WRITTEN =
      Set.of(StepContainer.OUTPUT_FILE, StepContainer.VARIABLES_FILE);

  private static final byte[] NO_OUTPUT = {};

  private final ContainerEngine engine;
  private final ImageSource images;
  private final Cleanup cleanup;
  private final InstantSource clock;
  private final StepSpec step;
  private final Order order;
  private final Instant start;
  private Optional<Instant> pullEnd = Optional.empty();
  private Optional<String> digest = Optional.empty();

  /** What is to be run, where, and who hears of it. */
  record Order(
      StepSpec step,
      BuildSite site,
      Map<String, String> secrets,
      StepLog log,
      StepTrace trace,
      StepAftermath aftermath) {
    /** Says nothing of the secrets. */
    @Override
    public String toString() {
      return step.label();
    }
  }

  private record Sink(OutputStream stdout, OutputStream stderr) implements OutputSink {}

  StepRun(
      ContainerEngine engine,
      ImageSource images,
      Cleanup cleanup,
      InstantSource clock,
      Order order) {
    this.engine = engine;
    this.images = images;
    this.cleanup = cleanup;
    this.clock = clock;
    this.order = order;
    this.step = order.step();
    this.start = clock.instant();
  }

  StepOutcome toEnd() {
    try {
      ImageSource.Found image =
          during(Phase.PULL, () -> images.find(step.index(), step.image(), order.log()));
      pullEnd = Optional.of(clock.instant());
      digest = image.digest();
      return inContainer(image.reference());
    } catch (CancellationException e) {
      // Whoever interrupted us has what it wanted.
      Thread.interrupted();
      return new Cancelled(timing(), digest);
    } catch (EngineException e) {
      if (pullEnd.isEmpty() && ImageSource.isPermanent(e)) {
        return new NotStarted(timing(), String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  private StepOutcome inContainer(String image) {
    String name = StepContainer.name(step, order.site());
    @Nullable String container = null;
    try {
      ContainerSpec spec = StepContainer.spec(step, image, order.site(), order.secrets());
      container = during(Phase.CREATE, () -> engine.create(spec));
      return created(container);
    } catch (EngineException e) {
      if (!isTheStepsOwn(e)) {
        throw e;
      }
      NotStarted outcome = new NotStarted(timing(), String.valueOf(e.getMessage()));
      if (container != null) {
        order.aftermath().ended(container, outcome);
      }
      return outcome;
    } finally {
      Instant removal = clock.instant();
      cleanup.remove(name, () -> traced(Phase.REMOVE, removal));
    }
  }

  private StepOutcome created(String container) {
    LineAssembler stdout = new LineAssembler(step.index(), Stream.STDOUT, order.log());
    LineAssembler stderr = new LineAssembler(step.index(), Stream.STDERR, order.log());
    boolean timedOut;
    ExitStatus exit;
    Instant beforeStart = clock.instant();
    try (Output output = engine.attach(container, new Sink(stdout, stderr))) {
      start(container, beforeStart);
      try (StepDeadline deadline = new StepDeadline(engine, container, step.timeout())) {
        exit = ended(container, output);
        timedOut = deadline.ended();
      } catch (CancellationException e) {
        Instant cancelled = clock.instant();
        killAndDrain(container, output);
        traced(Phase.DRAIN, cancelled);
        throw e;
      }
    } finally {
      stdout.finish();
      stderr.finish();
    }
    Timing timing = timing();
    StepOutcome outcome = timedOut ? new TimedOut(timing, digest) : exited(container, exit, timing);
    order.aftermath().ended(container, outcome);
    return outcome;
  }

  private void start(String container, Instant from) {
    try {
      engine.start(container);
    } finally {
      traced(Phase.START, from);
    }
  }

  private ExitStatus ended(String container, Output output) {
    during(
        Phase.RUN,
        () -> {
          output.awaitEnd();
          return true;
        });
    return during(Phase.DRAIN, () -> engine.awaitExit(container));
  }

  /**
   * What the step said before it was cancelled belongs to the log; but nobody waits long for it.
   */
  private void killAndDrain(String container, Output output) {
    Thread drain =
        Thread.ofVirtual()
            .name("drain-" + container)
            .start(() -> {
              try {
                engine.kill(container);
                output.awaitEnd();
              } catch (EngineException | CancellationException e) {
                // The cleanup has the last word.
                return;
              }
            });
    Thread.interrupted();
    try {
      if (!drain.join(DRAIN_LIMIT)) {
        drain.interrupt();
      }
    } catch (InterruptedException e) {
      drain.interrupt();
    }
  }

  private Exited exited(String container, ExitStatus exit, Timing timing) {
    explainMissingInterpreter(container, exit);
    int code = exit.code();
    byte[] output = NO_OUTPUT;
    StepVariables variables = StepVariables.NONE;
    try {
      Map<String, byte[]> files =
          engine.readFiles(container, StepContainer.OUTPUTS, WRITTEN, StepVariables.LIMIT + 1);
      byte[] written = files.getOrDefault(StepContainer.OUTPUT_FILE, NO_OUTPUT);
      output = written.length > OUTPUT_LIMIT ? Arrays.copyOf(written, OUTPUT_LIMIT) : written;
      variables = StepVariables.read(files.getOrDefault(StepContainer.VARIABLES_FILE, NO_OUTPUT));
    } catch (BadVariablesException e) {
      say(e.getMessage() + "; no later step gets a variable of this one");
      code = code == 0 ? FAILED : code;
    } catch (EngineException e) {
      if (e.kind() != Kind.REFUSED) {
        throw e;
      }
      // Cloud Build: a failure to read the output fails a successful step.
      say("the step's output can't be read: " + e.getMessage());
      code = code == 0 ? FAILED : code;
    }
    return new Exited(code, exit.outOfMemory(), timing, digest, output, variables);
  }

  /** The kernel's own words for this are "no such file or directory", of the script. */
  private void explainMissingInterpreter(String container, ExitStatus exit) {
    String script = step.script();
    if (script == null || !UNRUNNABLE.contains(exit.code())) {
      return;
    }
    String interpreter = StepContainer.interpreter(script);
    if (!exists(container, interpreter)) {
      say(
          "the script needs "
              + interpreter
              + ", and image "
              + step.image()
              + " does not have it: begin the script with the #! line of a program that the image has,"
              + " or use another image");
    }
  }

  private boolean exists(String container, String path) {
    try (InputStream found = engine.copyOut(container, path)) {
      return found.read() >= 0;
    } catch (EngineException e) {
      return e.kind() != Kind.NOT_FOUND;
    } catch (IOException e) {
      return true;
    }
  }

  /** Whether the engine refused what the step asks for, rather than failed. */
  private static boolean isTheStepsOwn(EngineException e) {
    return e.kind() == Kind.REFUSED || isMissingImage(e);
  }

  private static boolean isMissingImage(EngineException e) {
    @Nullable String message = e.getMessage();
    return e.kind() == Kind.NOT_FOUND && message != null && message.contains("No such image");
  }

  private <T> T during(Phase phase, Supplier<T> work) {
    Instant from = clock.instant();
    try {
      return work.get();
    } finally {
      traced(phase, from);
    }
  }

  private void traced(Phase phase, Instant from) {
    order.trace().span(step.index(), phase, from, clock.instant());
  }

  private Timing timing() {
    return new Timing(start, clock.instant(), pullEnd);
  }

  private void say(String text) {
    order.log().line(step.index(), Stream.RUNNER, text.getBytes(StandardCharsets.UTF_8), true);
  }
}
