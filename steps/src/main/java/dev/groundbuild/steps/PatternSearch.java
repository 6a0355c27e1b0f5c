package dev.groundbuild.steps;

import java.util.Arrays;
import java.util.List;

/**
 * Finds every occurrence of many byte patterns in one pass, in a time that does not depend on their
 * number (the automaton of Aho and Corasick). Immutable once made.
 *
 * <p>A state is a beginning of some pattern, state 0 the empty one. Nearly all bytes of a log leave
 * state 0 for itself, so that one has a table of its own; the rest is a hash table with open
 * addressing.
 */
final class PatternSearch {
  static final int START = 0;

  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final int[] first = new int[256];
  private final int[] depth;

  /** The longest beginning of a pattern that a state ends with, other than itself. */
  private final int[] shorter;

  /** The length of the longest pattern that a state ends with; 0 for none. */
  private final int[] found;

  private final long[] keys;
  private final int[] targets;
  private final int shift;
  private int states = 1;

  PatternSearch(List<byte[]> patterns) {
    int most = 1 + patterns.stream().mapToInt(pattern -> pattern.length).sum();
    depth = new int[most];
    shorter = new int[most];
    found = new int[most];
    int bits = 33 - Integer.numberOfLeadingZeros(most);
    keys = new long[1 << bits];
    targets = new int[1 << bits];
    shift = 64 - bits;
    byte[] origin = new byte[most];
    int[] parent = new int[most];
    for (byte[] pattern : patterns) {
      add(pattern, parent, origin);
    }
    link(parent, origin);
  }

  private void add(byte[] pattern, int[] parent, byte[] origin) {
    int state = START;
    for (byte b : pattern) {
      int next = child(state, b);
      if (next == START) {
        next = states++;
        depth[next] = depth[state] + 1;
        parent[next] = state;
        origin[next] = b;
        put(state, b, next);
      }
      state = next;
    }
    found[state] = pattern.length;
  }

  /** In the order of their depth, so that whatever a state refers to is finished. */
  private void link(int[] parent, byte[] origin) {
    int[] order = byDepth();
    for (int state : order) {
      shorter[state] = parent[state] == START ? START : next(shorter[parent[state]], origin[state]);
      if (found[state] == 0) {
        found[state] = found[shorter[state]];
      }
    }
  }

  private int[] byDepth() {
    int deepest = Arrays.stream(depth).max().orElse(0);
    int[] starts = new int[deepest + 2];
    for (int state = 1; state < states; state++) {
      starts[depth[state] + 1]++;
    }
    for (int d = 1; d < starts.length; d++) {
      starts[d] += starts[d - 1];
    }
    int[] order = new int[states - 1];
    for (int state = 1; state < states; state++) {
      order[starts[depth[state]]++] = state;
    }
    return order;
  }

  private void put(int state, byte b, int target) {
    if (state == START) {
      first[b & 0xff] = target;
      return;
    }
    long key = key(state, b);
    int at = slot(key);
    while (keys[at] != 0) {
      at = (at + 1) & (keys.length - 1);
    }
    keys[at] = key;
    targets[at] = target;
  }

  /** {@link #START} for none: no pattern is empty. */
  private int child(int state, byte b) {
    if (state == START) {
      return first[b & 0xff];
    }
    long key = key(state, b);
    int at = slot(key);
    while (keys[at] != 0) {
      if (keys[at] == key) {
        return targets[at];
      }
      at = (at + 1) & (keys.length - 1);
    }
    return START;
  }

  private int slot(long key) {
    return (int) ((key * SPREAD) >>> shift);
  }

  private static long key(int state, byte b) {
    return ((long) state << 8) | (b & 0xff);
  }

  /** The first place from here on at which a pattern may begin; the length for none. */
  int beginning(byte[] bytes, int from, int length) {
    int at = from;
    while (at < length && first[bytes[at] & 0xff] == START) {
      at++;
    }
    return at;
  }

  /** The state after one more byte. */
  int next(int state, byte b) {
    int from = state;
    while (true) {
      int child = child(from, b);
      if (child != START || from == START) {
        return child;
      }
      from = shorter[from];
    }
  }

  /** The length of the longest pattern that ends here; 0 for none. */
  int found(int state) {
    return found[state];
  }

  /** How many of the last bytes may be the beginning of a pattern. */
  int pending(int state) {
    return depth[state];
  }
}
