package dev.groundbuild.runner.pubsub;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.NavigableMap;
import java.util.function.Function;

/**
 * A part of a list that is sorted by name.
 *
 * @param next the token for the page after it; empty on the last one
 */
record Pages<T>(List<T> items, String next) {
  private static final int USUAL = 100;
  private static final int MOST = 1000;

  /**
   * One page.
   *
   * @param size how many at most; 0 leaves it to the server
   * @param token of the page before; empty for the first one
   */
  static <T> Pages<T> page(
      NavigableMap<String, T> all, Function<T, String> name, int size, String token) {
    if (size < 0) {
      throw Refused.invalid("The page size is negative (page_size=" + size + ").");
    }
    List<T> items =
        all.tailMap(decoded(token), false).values().stream()
            .limit(size == 0 ? USUAL : Math.min(size, MOST))
            .toList();
    boolean more = !items.isEmpty() && all.higherKey(name.apply(items.getLast())) != null;
    return new Pages<>(items, more ? encoded(name.apply(items.getLast())) : "");
  }

  private static String encoded(String name) {
    return Base64.getUrlEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8));
  }

  private static String decoded(String token) {
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Refused.invalid("The page token is none that this server has given.");
    }
  }
}
