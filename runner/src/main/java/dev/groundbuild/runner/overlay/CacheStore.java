package dev.groundbuild.runner.overlay;

import dev.groundbuild.steps.Owner;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerEngine.Owned;
import dev.groundbuild.steps.engine.ContainerSpec;
import dev.groundbuild.steps.engine.ContainerSpec.ContainerFile;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import dev.groundbuild.steps.engine.Mount;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The states of all caches on one engine. Any number of processes may use them at once. */
public final class CacheStore {
  /** Where caches are in the containers through which they are filled and read. */
  static final String ROOT = "/cache";

  private static final String HOLDER_PREFIX = "groundbuild_";

  private final ContainerEngine engine;

  public CacheStore(ContainerEngine engine) {
    this.engine = engine;
  }

  /** By name, the newest of each first. */
  public List<CacheState> all() {
    return engine.owned(CacheState.SAVED, Optional.empty()).stream()
        .flatMap(object -> CacheState.of(object).stream())
        .sorted(
            Comparator.comparing(CacheState::name)
                .thenComparing(CacheState::saved, Comparator.reverseOrder()))
        .toList();
  }

  /** The states of one cache, the newest first. */
  List<CacheState> of(String cache) {
    return all().stream().filter(state -> state.name().equals(cache)).toList();
  }

  /** Where a path of the container that holds a cache is. */
  static String path(Cache cache) {
    return ROOT + "/" + cache.name();
  }

  /**
   * A container that never runs, through which volumes are filled and read.
   *
   * @param name after {@code groundbuild_}
   */
  String holder(
      String name, List<Mount> mounts, Map<String, String> labels, List<ContainerFile> files) {
    return engine.create(
        new ContainerSpec(
            HOLDER_PREFIX + name,
            engine.emptyImage(),
            List.of("/none"),
            List.of(),
            Map.of(),
            "/",
            mounts,
            "none",
            List.of(),
            Privileges.DEFAULT,
            labels,
            files));
  }

  /**
   * Removes the states of a cache that are too many: older ones of the same key, and all but the
   * newest few. One that a build just copies stays until the next time.
   */
  void prune(Cache cache) {
    Set<String> keys = new HashSet<>();
    for (CacheState state : of(cache.name())) {
      if (!keys.add(state.key()) || keys.size() > cache.keep()) {
        remove(state);
      }
    }
    removeUnfinished();
  }

  /** Removes every state, and what is left of dead processes; returns what it was. */
  public List<CacheState> removeAll() {
    List<CacheState> removed = all();
    removed.forEach(this::remove);
    removeUnfinished();
    return removed;
  }

  private void remove(CacheState state) {
    engine.remove(state.marker());
    removeVolume(state.volume());
  }

  /** Volumes without a container: a dead process was filling them, or they were in use. */
  private void removeUnfinished() {
    // In this order: a volume that gets its container in between is found with it.
    List<Owned> volumes =
        engine.owned(CacheState.VOLUME_OF, Optional.empty()).stream()
            .filter(object -> object.type() == Owned.Type.VOLUME)
            .toList();
    List<String> finished = new ArrayList<>();
    all().forEach(state -> finished.add(state.volume()));
    for (Owned volume : volumes) {
      boolean dead =
          Owner.parse(volume.labels().getOrDefault(CacheState.FILLED_BY, ""))
              .filter(Owner::isDead)
              .isPresent();
      if (dead && !finished.contains(volume.name())) {
        removeVolume(volume.name());
      }
    }
  }

  private void removeVolume(String volume) {
    try {
      engine.removeVolume(volume);
    } catch (EngineException e) {
      if (e.kind() != Kind.CONFLICT) {
        throw e;
      }
      // Somebody copies it; it has no container any more, so a later call finds it.
    }
  }
}
