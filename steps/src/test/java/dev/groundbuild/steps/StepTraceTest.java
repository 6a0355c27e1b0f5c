package dev.groundbuild.steps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.steps.StepTrace.Phase;
import dev.groundbuild.steps.docker.DockerEngine;
import dev.groundbuild.steps.engine.ContainerEngine;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a trace is told of steps on a real engine. */
@Timeout(120)
class StepTraceTest {
  private final StepGround ground = new StepGround();
  private final ContainerEngine engine = DockerEngine.ofEnvironment();
  private final List<Span> spans = Collections.synchronizedList(new ArrayList<>());

  private @Nullable Phase interruptAfter;

  private record Span(int step, Phase phase, Instant start, Instant end) {}

  @AfterEach
  void nothingIsLeft() {
    engine.close();
    ground.close();
  }

  @Test
  void aStepIsTracedFromItsImageToItsRemovalWithoutGapsInTheOrder() {
    run(TestStep.shell(3, TestImage.name(), "exit 7"));
    assertThat(spans)
        .extracting(Span::phase)
        .containsExactly(
            Phase.PULL, Phase.CREATE, Phase.START, Phase.RUN, Phase.DRAIN, Phase.REMOVE);
    assertThat(spans).extracting(Span::step).containsOnly(3);
    for (int i = 0; i < spans.size(); i++) {
      assertThat(spans.get(i).end()).isAfterOrEqualTo(spans.get(i).start());
      if (i > 0) {
        assertThat(spans.get(i).start()).isAfterOrEqualTo(spans.get(i - 1).end());
      }
    }
  }

  @Test
  void aStepWithoutAnImageIsTracedToItsPull() {
    run(TestStep.shell(0, "not a name", "true"));
    assertThat(spans).extracting(Span::phase).containsExactly(Phase.PULL);
  }

  @Test
  void aCancelledStepIsTracedToo() {
    interruptAfter = Phase.START;
    run(TestStep.shell(0, TestImage.name(), "sleep 1000"));
    assertThat(spans)
        .extracting(Span::phase)
        .containsExactly(
            Phase.PULL, Phase.CREATE, Phase.START, Phase.RUN, Phase.DRAIN, Phase.REMOVE);
  }

  private void run(TestStep step) {
    Cleanup cleanup = new Cleanup(engine);
    StepRunner runner =
        new StepRunner(
            engine,
            new ImageSource(engine, Thread::sleep, () -> 0),
            cleanup,
            Clock.systemUTC(),
            this::note);
    runner.run(step.spec(), ground.site(), Map.of(), new RecordingLog(), StepAftermath.NONE);
    assertThat(cleanup.awaitAll()).isEmpty();
  }

  /** Called on the step's thread. */
  private void note(int step, Phase phase, Instant start, Instant end) {
    spans.add(new Span(step, phase, start, end));
    if (phase == interruptAfter) {
      Thread.currentThread().interrupt();
    }
  }
}
