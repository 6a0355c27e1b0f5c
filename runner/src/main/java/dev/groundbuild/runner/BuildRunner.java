package dev.groundbuild.runner;

import dev.groundbuild.steps.StepLog;
import dev.groundbuild.steps.engine.ContainerEngine;
import java.time.InstantSource;

/**
 * Runs builds on one engine; any number at once, each on its caller's thread.
 *
 * <p>However it ends, a build leaves nothing behind on the engine but the images that its steps
 * made, and what it was asked to keep.
 */
public final class BuildRunner {
  private final ContainerEngine engine;
  private final InstantSource clock;

  public BuildRunner(ContainerEngine engine, InstantSource clock) {
    this.engine = engine;
    this.clock = clock;
  }

  /**
   * Runs a build to its end. An interrupt of the calling thread cancels it; the call returns when
   * everything that the build made is removed, with the interrupt flag cleared. Whatever goes wrong
   * is in the outcome.
   *
   * @param listener is told of every event on the calling thread
   * @param log takes the steps' output from their threads
   */
  public BuildOutcome run(BuildRequest request, BuildListener listener, StepLog log) {
    return run(request, listener, log, Intervention.NONE);
  }

  /**
   * As {@link #run(BuildRequest, BuildListener, StepLog)}.
   *
   * @param intervention is asked about steps that have ended
   */
  public BuildOutcome run(
      BuildRequest request, BuildListener listener, StepLog log, Intervention intervention) {
    return new RunningBuild(request, engine, clock, new Company(listener, log, intervention)).run();
  }
}
