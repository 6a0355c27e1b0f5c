package dev.groundbuild.steps;

import static java.util.stream.Collectors.toList;

import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerEngine.Owned;
import dev.groundbuild.steps.engine.EngineException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
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

  /**
   * Removes everything that carries the build's label, but for steps that are kept, with the
   * volumes; returns what it was.
   */
  public static List<Owned> removeBuild(ContainerEngine engine, String buildId) {
    return remove(engine, withoutKept(engine.owned(Labels.BUILD, Optional.of(buildId))));
  }

  /** Removes what a build has made, but for its volumes and what is kept. */
  public static List<Owned> removeBesideVolumes(ContainerEngine engine, String buildId) {
    return removeBuildAround(engine, buildId, "");
  }

  /** The same as {@link #removeBuild} of everything that a process owns. */
  public static List<Owned> removeOf(ContainerEngine engine, Owner owner) {
    return remove(engine, withoutKept(engine.owned(Labels.OWNER, Optional.of(owner.toString()))));
  }

  /** The same, but for the build's volumes and the container that keeps them. */
  static List<Owned> removeBuildAround(ContainerEngine engine, String buildId, String keeper) {
    Instant now = Instant.now();
    return remove(
        engine,
        engine.owned(Labels.BUILD, Optional.of(buildId)).stream()
            .filter(o -> !isWorkspace(o) && !o.id().equals(keeper) && !isKept(o, now))
            .toList());
  }

  /** Removes everything whose owner is dead and that nobody keeps; returns what it was. */
  public static List<Owned> removeDead(ContainerEngine engine) {
    return removeDead(engine, Instant.now());
  }

  /** The same at some time: what is kept is kept until then. */
  public static List<Owned> removeDead(ContainerEngine engine, Instant now) {
    return removeOwned(engine, Owner::isDead, now);
  }

  /** Removes everything whose owner is dead, kept or not; returns what it was. */
  public static List<Owned> removeKept(ContainerEngine engine) {
    return removeOwned(engine, Owner::isDead, Instant.MAX);
  }

  /** Removes everything of builds, except that of other living processes on this host. */
  public static List<Owned> removeForeign(ContainerEngine engine) {
    String here = Owner.ofThisProcess().host();
    return removeOwned(
        engine, owner -> owner.isDead() || !owner.host().equals(here), Instant.now());
  }

  /** Networks of dead owners: what is still there after a removal goes when the engine restarts. */
  public static List<Owned> networksOfDead(ContainerEngine engine) {
    return engine.owned(Labels.OWNER, Optional.empty()).stream()
        .filter(o -> o.type() == Owned.Type.NETWORK && isOf(o, Owner::isDead))
        .toList();
  }

  private static List<Owned> removeOwned(
      ContainerEngine engine, Predicate<Owner> whose, Instant now) {
    List<Owned> all = engine.owned(Labels.OWNER, Optional.empty());
    Set<String> inUse =
        all.stream()
            .filter(o -> isOf(o, whose.negate()) || isKept(o, now))
            .map(Leftovers::build)
            .collect(Collectors.toSet());
    return remove(
        engine,
        all.stream()
            .filter(o -> isOf(o, whose))
            .filter(o -> !isKept(o, now))
            // A build that was taken up again has volumes that a dead process has made.
            .filter(o -> !(isWorkspace(o) && inUse.contains(build(o))))
            .toList());
  }

  /** The files of a step that are kept to be looked at keep the volumes of its build. */
  private static List<Owned> withoutKept(List<Owned> objects) {
    Instant now = Instant.now();
    Predicate<Owned> keptStep = o -> o.type() == Owned.Type.IMAGE && isKept(o, now);
    Set<String> builds =
        objects.stream().filter(keptStep).map(Leftovers::build).collect(Collectors.toSet());
    return objects.stream()
        .filter(o -> !keptStep.test(o) && !(isWorkspace(o) && builds.contains(build(o))))
        .toList();
  }

  private static boolean isOf(Owned object, Predicate<Owner> whose) {
    return Owner.parse(object.labels().getOrDefault(Labels.OWNER, "")).filter(whose).isPresent();
  }

  private static boolean isWorkspace(Owned object) {
    return object.type() == Owned.Type.VOLUME && object.labels().containsKey(Labels.VOLUME);
  }

  private static boolean isKept(Owned object, Instant now) {
    String until = object.labels().getOrDefault(Labels.KEPT_UNTIL, "");
    return until.matches("[0-9]{1,18}") && Long.parseLong(until) > now.getEpochSecond();
  }

  private static String build(Owned object) {
    return object.labels().getOrDefault(Labels.BUILD, "");
  }

  /** Containers first: volumes, networks and images can't go while one uses them. */
  private static List<Owned> remove(ContainerEngine engine, List<Owned> objects) {
    SortedMap<Integer, List<Owned>> inOrder =
        objects.stream().collect(Collectors.groupingBy(Leftovers::rank, TreeMap::new, toList()));
    List<Owned> gone = new ArrayList<>();
    List<EngineException> failures = new ArrayList<>();
    for (List<Owned> group : inOrder.values()) {
      failures.addAll(removeAtOnce(engine, group, gone));
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    return gone;
  }

  private static int rank(Owned object) {
    return switch (object.type()) {
      case CONTAINER -> 0;
      case NETWORK, VOLUME -> 1;
      case IMAGE -> 2;
    };
  }

  /**
   * Returns what went wrong. An interrupt ends it, as it does the engine's calls.
   *
   * @param gone gets those that are removed
   */
  private static List<EngineException> removeAtOnce(
      ContainerEngine engine, List<Owned> objects, List<Owned> gone) {
    List<FutureTask<Boolean>> removals = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (Owned object : objects) {
      FutureTask<Boolean> removal = new FutureTask<>(() -> remove(engine, object));
      removals.add(removal);
      threads.add(Thread.ofVirtual().name("remove-" + object.name()).start(removal));
    }
    List<EngineException> failures = new ArrayList<>();
    try {
      for (int i = 0; i < removals.size(); i++) {
        try {
          if (removals.get(i).get()) {
            gone.add(objects.get(i));
          }
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

  /** Whether it is gone; if not, only the engine's restart removes it. */
  private static boolean remove(ContainerEngine engine, Owned object) {
    switch (object.type()) {
      case CONTAINER -> engine.remove(object.id());
      case NETWORK -> {
        // Only a step of the build makes containers for its network.
        engine.containersOn(object.id()).forEach(engine::remove);
        return engine.removeNetwork(object.id());
      }
      case VOLUME -> engine.removeVolume(object.name());
      case IMAGE -> engine.removeImage(object.name());
    }
    return true;
  }
}
