package dev.groundbuild.steps;

import dev.groundbuild.steps.engine.ContainerEngine;
import java.time.InstantSource;
import java.util.Map;

/**
 * Runs the steps of one build: each in a container of its own, from the look-up of its image to its
 * outcome.
 */
public final class StepRunner {
  private final ContainerEngine engine;
  private final ImageSource images;
  private final Cleanup cleanup;
  private final InstantSource clock;
  private final StepTrace trace;

  /**
   * @param cleanup removes the containers; whoever made it waits for it after the last step
   * @param trace is told what each step spends its time on
   */
  public StepRunner(
      ContainerEngine engine,
      ImageSource images,
      Cleanup cleanup,
      InstantSource clock,
      StepTrace trace) {
    this.engine = engine;
    this.images = images;
    this.cleanup = cleanup;
    this.clock = clock;
    this.trace = trace;
  }

  /**
   * Runs a step to its end; any number at once, each on its caller's thread. An interrupt cancels
   * the step: its container is killed, {@link StepOutcome.Cancelled} is returned, and the interrupt
   * flag is cleared; one that comes too late for that stays set. No line reaches the log after the
   * return.
   *
   * @param secrets values of all the step's secret variables
   * @param aftermath hears of the end before the container is removed
   * @throws dev.groundbuild.steps.engine.EngineException when the engine fails, as against the step
   */
  public StepOutcome run(
      StepSpec step,
      BuildSite site,
      Map<String, String> secrets,
      StepLog log,
      StepAftermath aftermath) {
    StepRun.Order order = new StepRun.Order(step, site, secrets, log, trace, aftermath);
    return new StepRun(engine, images, cleanup, clock, order).toEnd();
  }
}
