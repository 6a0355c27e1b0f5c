package dev.groundbuild.steps;

import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerEngine.Owned;
import dev.groundbuild.steps.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Removes what builds have made on the engine: that of one build when it is over, and that of dead
 * processes.
 */
public final class Leftovers {
  private Leftovers() {}

  /** Removes everything that carries the build's label; returns what it was. */
  public static List<Owned> removeBuild(ContainerEngine engine, String buildId) {
    return remove(engine, engine.owned(Labels.BUILD, Optional.of(buildId)));
  }

  /** Removes everything whose owner is dead; returns what it was. */
  public static List<Owned> removeDead(ContainerEngine engine) {
    return removeOwned(engine, Owner::isDead);
  }

  /** Removes everything of builds, except that of other living processes on this host. */
  public static List<Owned> removeForeign(ContainerEngine engine) {
    String here = Owner.ofThisProcess().host();
    return removeOwned(engine, owner -> owner.isDead() || !owner.host().equals(here));
  }

  private static List<Owned> removeOwned(ContainerEngine engine, Predicate<Owner> whose) {
    List<Owned> dead =
        engine.owned(Labels.OWNER, Optional.empty()).stream()
            .filter(o ->
                Optional.ofNullable(o.labels().get(Labels.OWNER))
                    .flatMap(Owner::parse)
                    .filter(whose)
                    .isPresent())
            .toList();
    return remove(engine, dead);
  }

  /** Containers first: volumes and networks can't go while one uses them. */
  private static List<Owned> remove(ContainerEngine engine, List<Owned> objects) {
    Map<Boolean, List<Owned>> containersFirst =
        objects.stream().collect(Collectors.partitioningBy(o -> o.type() != Owned.Type.CONTAINER));
    List<Owned> ordered = new ArrayList<>();
    List<EngineException> failures = new ArrayList<>();
    containersFirst
        .values()
        .forEach(group -> {
          failures.addAll(removeAtOnce(engine, group));
          ordered.addAll(group);
        });
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    return ordered;
  }

  /** Returns what went wrong. An interrupt ends it, as it does the engine's calls. */
  private static List<EngineException> removeAtOnce(ContainerEngine engine, List<Owned> objects) {
    List<FutureTask<Boolean>> removals = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (Owned object : objects) {
      FutureTask<Boolean> removal = new FutureTask<>(() -> remove(engine, object), true);
      removals.add(removal);
      threads.add(Thread.ofVirtual().name("remove-" + object.name()).start(removal));
    }
    List<EngineException> failures = new ArrayList<>();
    try {
      for (FutureTask<Boolean> removal : removals) {
        try {
          removal.get();
        } catch (ExecutionException e) {
          failures.add(failure(e));
        }
      }
    } catch (InterruptedException e) {
      threads.forEach(Thread::interrupt);
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted: removing what a build has made");
    }
    return failures;
  }

  private static EngineException failure(ExecutionException e) {
    return switch (e.getCause()) {
      case EngineException failure -> failure;
      case RuntimeException bug -> throw bug;
      case null, default -> throw new IllegalStateException(e);
    };
  }

  private static void remove(ContainerEngine engine, Owned object) {
    switch (object.type()) {
      case CONTAINER -> engine.remove(object.id());
      case NETWORK -> {
        // Only a step of the build makes containers for its network.
        engine.containersOn(object.id()).forEach(engine::remove);
        engine.removeNetwork(object.id());
      }
      case VOLUME -> engine.removeVolume(object.name());
    }
  }
}
