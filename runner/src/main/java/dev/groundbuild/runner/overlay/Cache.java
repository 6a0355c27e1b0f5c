package dev.groundbuild.runner.overlay;

import java.util.List;

/**
 * A folder that is kept between builds.
 *
 * @param name of the cache on this machine: builds that name the same one share it
 * @param path where every step sees it
 * @param key what it is for: texts, and the checksums of files of the source
 * @param keep how many states are kept, each of another key
 */
public record Cache(String name, String path, List<KeyPart> key, int keep) {
  public static final int KEPT = 3;

  /** A piece of a key. */
  public sealed interface KeyPart {
    /** Stands for itself. */
    record Text(String text) implements KeyPart {}

    /**
     * The checksum of all files that match one of the patterns, names and contents; patterns are
     * relative to /workspace.
     */
    record Checksum(List<String> patterns) implements KeyPart {
      public Checksum {
        patterns = List.copyOf(patterns);
      }
    }
  }

  public Cache {
    key = List.copyOf(key);
  }

  /** The name of the volume by which steps mount it. */
  public String volume() {
    return "cache_" + name;
  }
}
