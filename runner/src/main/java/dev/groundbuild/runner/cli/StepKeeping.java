package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.Intervention;
import dev.groundbuild.steps.KeptStep;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.EngineException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Keeps steps that have ended, where nobody is there to look at them. */
final class StepKeeping implements Intervention {
  private final ContainerEngine engine;
  private final InstantSource clock;
  private final Optional<Integer> chosen;
  private final Duration time;
  // Steps add to it from their threads, and it is read when they are over.
  private final Queue<String> said = new ConcurrentLinkedQueue<>();

  /**
   * @param chosen the step to be kept; empty for every one that ends the build
   */
  StepKeeping(
      ContainerEngine engine, InstantSource clock, Optional<Integer> chosen, Duration time) {
    this.engine = engine;
    this.clock = clock;
    this.chosen = chosen;
    this.time = time;
  }

  /** What the user should know at the end of the build. */
  Collection<String> said() {
    return List.copyOf(said);
  }

  @Override
  public boolean wants(Ended ended) {
    return chosen.map(step -> step == ended.step().index()).orElse(ended.endsBuild());
  }

  @Override
  public Decision decide(Ended ended) {
    try {
      KeptStep.take(
          engine,
          ended.step(),
          ended.site(),
          ended.container(),
          Optional.of(clock.instant().plus(time)));
      String name = ended.step().id().orElse(Integer.toString(ended.step().index()));
      said.add(
          "groundbuild: "
              + ended.step().label()
              + " and the build's volumes are kept for "
              + words(time)
              + "; open a shell there with: groundbuild shell "
              + ended.site().buildId()
              + " "
              + name);
    } catch (EngineException e) {
      said.add("groundbuild: " + ended.step().label() + " could not be kept: " + e.getMessage());
    } catch (CancellationException e) {
      return Decision.LEAVE;
    }
    return Decision.LEAVE;
  }

  private static String words(Duration time) {
    return time.toMinutes() < 1
        ? time.toSeconds() + "s"
        : time.toHours() < 1 ? time.toMinutes() + "m" : time.toHours() + "h";
  }
}
