package dev.groundbuild.runner.overlay;

import dev.groundbuild.runner.Companions.Stage;
import dev.groundbuild.steps.Labels;
import dev.groundbuild.steps.Owner;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerEngine.Owned;
import dev.groundbuild.steps.engine.ContainerSpec.ContainerFile;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import dev.groundbuild.steps.engine.Mount;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The caches of one build: each is a volume of the build's own, filled from a state before the
 * first step, and copied to a new state after the last.
 */
final class CacheUse {
  private static final int OPEN_TO_ALL = 0777;

  private final List<Cache> caches;
  private final Stage stage;
  private final ContainerEngine engine;
  private final CacheStore store;
  private final InstantSource clock;
  private final String holder;
  private final Map<String, String> keys = new HashMap<>();

  private CacheUse(List<Cache> caches, Stage stage, InstantSource clock, String holder) {
    this.caches = caches;
    this.stage = stage;
    this.engine = stage.engine();
    this.store = new CacheStore(engine);
    this.clock = clock;
    this.holder = holder;
  }

  /** Fills the build's volumes. */
  static CacheUse open(List<Cache> caches, Stage stage, InstantSource clock) {
    List<Mount> mounts = new ArrayList<>(List.of(stage.site().workspace()));
    List<ContainerFile> files = new ArrayList<>();
    for (Cache cache : caches) {
      String path = CacheStore.path(cache);
      mounts.add(new Mount.OfVolume(volume(stage, cache), path, false));
      if (!stage.again()) {
        files.add(new ContainerFile(path, OPEN_TO_ALL, Optional.empty()));
      }
    }
    String holder =
        new CacheStore(stage.engine())
            .holder(stage.site().buildId() + "_caches", mounts, stage.site().labels(), files);
    CacheUse use = new CacheUse(caches, stage, clock, holder);
    for (Cache cache : caches) {
      CacheKey key =
          new CacheKey(stage.engine(), holder, text -> use.say(cache, "warning: " + text));
      use.keys.put(cache.name(), key.of(cache));
      if (!stage.again()) {
        use.restore(cache);
      }
    }
    return use;
  }

  private static String volume(Stage stage, Cache cache) {
    String volume = stage.site().volumes().get(cache.volume());
    if (volume == null) {
      throw new IllegalStateException("the build has no volume " + cache.volume());
    }
    return volume;
  }

  private String key(Cache cache) {
    return keys.getOrDefault(cache.name(), "");
  }

  private void restore(Cache cache) {
    List<CacheState> states = store.of(cache.name());
    Optional<CacheState> exact =
        states.stream().filter(state -> state.key().equals(key(cache))).findFirst();
    Optional<CacheState> chosen = exact.or(() -> states.stream().findFirst());
    if (chosen.isEmpty() || !copy(chosen.get(), cache)) {
      say(cache, "empty" + forKey(cache));
    } else if (exact.isPresent()) {
      say(cache, "restored" + forKey(cache) + ", " + size(chosen.get().bytes()));
    } else {
      say(
          cache,
          "no state"
              + forKey(cache)
              + "; restored the newest, of key "
              + chosen.get().key()
              + ", "
              + size(chosen.get().bytes()));
    }
  }

  private String forKey(Cache cache) {
    return key(cache).isEmpty() ? "" : " for key " + key(cache);
  }

  private static String size(long bytes) {
    return "%.1f MB".formatted(bytes / 1e6);
  }

  /**
   * Returns false when it has just been removed; an engine makes a missing volume without a word.
   */
  private boolean copy(CacheState state, Cache cache) {
    String from =
        store.holder(
            stage.site().buildId() + "_cache_" + cache.name(),
            List.of(new Mount.OfVolume(state.volume(), CacheStore.path(cache), false)),
            stage.site().labels(),
            List.of());
    boolean there = volumes().contains(state.volume());
    if (there) {
      transfer(from, holder, cache);
    }
    engine.remove(from);
    if (!there) {
      engine.removeVolume(state.volume());
    }
    return there;
  }

  private List<String> volumes() {
    return engine.owned(CacheState.VOLUME_OF, Optional.empty()).stream()
        .filter(object -> object.type() == Owned.Type.VOLUME)
        .map(Owned::name)
        .toList();
  }

  /** Returns how many bytes it was. */
  private long transfer(String from, String to, Cache cache) {
    try (Counting tar = new Counting(engine.copyOut(from, CacheStore.path(cache)))) {
      engine.copyIn(to, CacheStore.ROOT, tar);
      return tar.count;
    } catch (IOException e) {
      throw new EngineException(
          Kind.FAILED,
          "cache \"%s\" could not be copied: %s".formatted(cache.name(), e.getMessage()),
          e);
    }
  }

  /** The names by which steps and services mount them. */
  Set<String> mounted() {
    return caches.stream().map(Cache::volume).collect(Collectors.toSet());
  }

  /**
   * Makes new states of what the build has left. One that there is already is not made again: its
   * key says that it would be the same.
   */
  void save(Consumer<String> say) {
    for (Cache cache : caches) {
      boolean known =
          !cache.key().isEmpty()
              && store.of(cache.name()).stream().anyMatch(s -> s.key().equals(key(cache)));
      if (!known) {
        long bytes = save(cache);
        store.prune(cache);
        say.accept("cache \"" + cache.name() + "\": saved" + forKey(cache) + ", " + size(bytes));
      }
    }
  }

  private long save(Cache cache) {
    String volume = "groundbuild_cache_" + cache.name() + "_" + UUID.randomUUID();
    engine.createVolume(
        volume,
        Map.of(
            CacheState.VOLUME_OF,
            cache.name(),
            CacheState.FILLED_BY,
            Owner.ofThisProcess().toString()));
    boolean done = false;
    try {
      List<Mount> mounts = List.of(new Mount.OfVolume(volume, CacheStore.path(cache), false));
      String to =
          store.holder(
              stage.site().buildId() + "_save_" + cache.name(),
              mounts,
              stage.site().labels(),
              List.of(new ContainerFile(CacheStore.path(cache), OPEN_TO_ALL, Optional.empty())));
      long bytes = transfer(holder, to, cache);
      Instant now = clock.instant();
      CacheState state = new CacheState(cache.name(), key(cache), now, bytes, volume, "");
      store.holder(
          "cache_" + cache.name() + "_" + UUID.randomUUID(), mounts, state.labels(), List.of());
      done = true;
      engine.remove(to);
      return bytes;
    } finally {
      if (!done) {
        discard(volume);
      }
    }
  }

  /** On an interrupt, too; the container that filled it goes first. */
  private void discard(String volume) {
    boolean interrupted = Thread.interrupted();
    try {
      engine.owned(Labels.BUILD, Optional.of(stage.site().buildId())).stream()
          .filter(object -> object.name().contains("_save_"))
          .forEach(object -> engine.remove(object.id()));
      engine.removeVolume(volume);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void say(Cache cache, String text) {
    stage.log().beside("cache \"" + cache.name() + "\": ", text.getBytes(StandardCharsets.UTF_8));
  }

  private static final class Counting extends FilterInputStream {
    private long count;

    Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      count += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int n = super.read(into, offset, length);
      count += Math.max(0, n);
      return n;
    }
  }
}
