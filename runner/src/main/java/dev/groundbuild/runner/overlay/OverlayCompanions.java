package dev.groundbuild.runner.overlay;

import dev.groundbuild.runner.Companions;
import dev.groundbuild.steps.StepLog;
import dev.groundbuild.steps.StepSpec;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.ImageRecipe;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What an overlay adds to a build: caches, services, and images of steps. */
public final class OverlayCompanions implements Companions {
  private final Overlay overlay;
  private final InstantSource clock;

  public OverlayCompanions(Overlay overlay, InstantSource clock) {
    this.overlay = overlay;
    this.clock = clock;
  }

  @Override
  public Present join(Stage stage) {
    Optional<CacheUse> caches =
        overlay.caches().isEmpty()
            ? Optional.empty()
            : Optional.of(CacheUse.open(overlay.caches(), stage, clock));
    SideContainers services = SideContainers.start(overlay.services(), stage);
    return new There(stage, overlay.commits(), caches, services);
  }

  private record There(
      Stage stage, Map<Integer, Commit> commits, Optional<CacheUse> caches, SideContainers services)
      implements Present {
    @Override
    public void stepSucceeded(StepSpec step, String container) {
      Commit commit = commits.get(step.index());
      if (commit == null) {
        return;
      }
      String names = String.join(", ", commit.names());
      try {
        stage.engine().commit(container, recipe(commit));
      } catch (EngineException e) {
        // Whatever the engine refuses here is not the step's start.
        throw new EngineException(
            EngineException.Kind.FAILED,
            step.label() + ": could not make image " + names + ": " + e.getMessage(),
            e);
      }
      stage
          .log()
          .line(
              step.index(),
              StepLog.Stream.RUNNER,
              ("Made image: " + names).getBytes(StandardCharsets.UTF_8),
              true);
    }

    @Override
    public void leave(boolean succeeded, Consumer<String> say) {
      try {
        if (succeeded && caches.isPresent()) {
          services.stopWriters(caches.get().mounted());
          caches.get().save(say);
        }
      } finally {
        services.close();
      }
    }
  }

  private static ImageRecipe recipe(Commit commit) {
    return new ImageRecipe(
        commit.names(),
        commit.entrypoint(),
        commit.cmd(),
        commit.ports(),
        commit.workdir(),
        commit.env(),
        commit.labels(),
        commit.user(),
        commit.author(),
        commit.message(),
        commit.stopSignal(),
        commit.volumes());
  }
}
