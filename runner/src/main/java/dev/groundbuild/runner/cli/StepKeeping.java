package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.Intervention;
import dev.groundbuild.steps.KeptStep;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.EngineException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * Keeps steps that have ended, where nobody is there to look at them.
 *
 * @param chosen the step to be kept; empty for every one that ends the build
 */
record StepKeeping(
    ContainerEngine engine,
    InstantSource clock,
    PrintStream err,
    Optional<Integer> chosen,
    Duration time)
    implements Intervention {

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
      err.println(
          "groundbuild: "
              + ended.step().label()
              + " and the build's volumes are kept for "
              + words(time)
              + "; open a shell there with: groundbuild shell "
              + ended.site().buildId()
              + " "
              + name);
    } catch (EngineException e) {
      err.println("groundbuild: " + ended.step().label() + " could not be kept: " + e.getMessage());
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
