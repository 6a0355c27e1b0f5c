package dev.groundbuild.steps;

import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerEngine.Owned;
import dev.groundbuild.steps.engine.EngineException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Removes what builds have made on the engine: that of one build when it is over, and that of dead
 * processes.
 */
public final class Leftovers {
  private Leftovers() {}

  /**
   * Removes everything that carries the build's label, but for what is kept; returns what it was.
   */
  public static List<Owned> removeBuild(ContainerEngine engine, String buildId) {
    return remove(engine, withoutKept(engine.owned(Labels.BUILD, Optional.of(buildId))));
  }

  /** Removes everything that a process owns, but for what is kept; returns what it was. */
  public static List<Owned> removeOf(ContainerEngine engine, Owner owner) {
    return remove(engine, withoutKept(engine.owned(Labels.OWNER, Optional.of(owner.toString()))));
  }

  /** Removes what is kept of steps that have ended, with the volumes; returns what it was. */
  public static List<Owned> removeKept(ContainerEngine engine) {
    List<Owned> all = engine.owned(Labels.OWNER, Optional.empty());
    List<Owned> unkept = withoutKept(all);
    return remove(engine, all.stream().filter(o -> !unkept.contains(o)).toList());
  }

  /** Removes everything whose owner is dead, but for what is kept; returns what it was. */
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
    return remove(engine, withoutKept(dead));
  }

  /** What is kept keeps the volumes of its build. */
  private static List<Owned> withoutKept(List<Owned> objects) {
    Instant now = InstantSource.system().instant();
    Set<String> builds =
        objects.stream()
            .filter(o -> isKept(o, now))
            .map(o -> o.labels().getOrDefault(Labels.BUILD, ""))
            .collect(Collectors.toSet());
    return objects.stream()
        .filter(o ->
            !isKept(o, now)
                && !(o.type() == Owned.Type.VOLUME
                    && builds.contains(o.labels().getOrDefault(Labels.BUILD, ""))))
        .toList();
  }

  private static boolean isKept(Owned object, Instant now) {
    String until = object.labels().getOrDefault(Labels.KEPT_UNTIL, "");
    return until.matches("[0-9]{1,18}") && Long.parseLong(until) > now.getEpochSecond();
  }

  /** Containers first: volumes and networks can't go while one uses them. */
  private static List<Owned> remove(ContainerEngine engine, List<Owned> objects) {
    List<Owned> ordered =
        objects.stream()
            .sorted(
                Comparator.comparing((Owned o) ->
                    switch (o.type()) {
                      case CONTAINER -> 0;
                      case NETWORK -> 1;
                      case VOLUME -> 2;
                      case IMAGE -> 3;
                    }))
            .toList();
    List<RuntimeException> failures = new ArrayList<>();
    for (Owned object : ordered) {
      try {
        remove(engine, object);
      } catch (EngineException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    return ordered;
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
      case IMAGE -> engine.removeImage(object.name());
    }
  }
}
