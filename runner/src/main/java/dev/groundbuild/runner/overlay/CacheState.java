package dev.groundbuild.runner.overlay;

import dev.groundbuild.steps.engine.ContainerEngine.Owned;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a build has left in a cache: a volume, and a container that never runs. The container is
 * made when the volume is full, and has the labels that say what is in it; a volume without one is
 * not a state.
 *
 * @param marker id of the container
 * @param key empty for a cache without a key
 * @param bytes of the files, as a tar
 */
public record CacheState(
    String name, String key, Instant saved, long bytes, String volume, String marker) {
  /** Name of the cache, on the container. */
  static final String NAME = "dev.groundbuild.cache";

  /** Name of the cache, on the volume. */
  static final String VOLUME_OF = "dev.groundbuild.cache-volume";

  /** Who fills, or has filled, a volume. */
  static final String FILLED_BY = "dev.groundbuild.cache-filled-by";

  static final String KEY = "dev.groundbuild.cache-key";
  static final String SAVED = "dev.groundbuild.cache-saved";
  static final String BYTES = "dev.groundbuild.cache-bytes";
  static final String VOLUME = "dev.groundbuild.cache-state";

  static Optional<CacheState> of(Owned object) {
    Map<String, String> labels = object.labels();
    String saved = labels.getOrDefault(SAVED, "");
    String bytes = labels.getOrDefault(BYTES, "");
    if (object.type() != Owned.Type.CONTAINER
        || !saved.matches("[0-9]{1,18}")
        || !bytes.matches("[0-9]{1,18}")) {
      return Optional.empty();
    }
    return Optional.of(
        new CacheState(
            labels.getOrDefault(NAME, ""),
            labels.getOrDefault(KEY, ""),
            Instant.ofEpochMilli(Long.parseLong(saved)),
            Long.parseLong(bytes),
            labels.getOrDefault(VOLUME, ""),
            object.id()));
  }

  Map<String, String> labels() {
    return Map.of(
        NAME, name,
        KEY, key,
        SAVED, Long.toString(saved.toEpochMilli()),
        BYTES, Long.toString(bytes),
        VOLUME, volume);
  }
}
