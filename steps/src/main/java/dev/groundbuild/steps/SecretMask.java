package dev.groundbuild.steps;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Puts {@value #MASK} in the place of the values of secrets, in whatever form {@link SecretForms}
 * knows. The time it takes depends on the text only. Immutable; prints no value.
 */
public final class SecretMask {
  /** There is nothing to be hidden, and nothing is looked for. */
  public static final SecretMask NONE = new SecretMask(List.of());

  static final String MASK = "***";
  private static final byte[] MASK_BYTES = MASK.getBytes(StandardCharsets.US_ASCII);

  private final boolean empty;
  private final PatternSearch search;

  private SecretMask(List<byte[]> patterns) {
    this.empty = patterns.isEmpty();
    this.search = new PatternSearch(patterns);
  }

  /** Hides these values. */
  public static SecretMask of(Collection<String> values) {
    List<byte[]> patterns = SecretForms.of(values);
    return patterns.isEmpty() ? NONE : new SecretMask(patterns);
  }

  /** A value that is so short that hiding it would hide half of every log. */
  public static boolean isTooShort(String value) {
    return SecretForms.of(List.of(value)).isEmpty();
  }

  /** A log that hides them, before the given one; the same one when there is nothing to hide. */
  public StepLog over(StepLog log) {
    return empty ? log : new MaskedLog(() -> this, log);
  }

  boolean isEmpty() {
    return empty;
  }

  public String text(String text) {
    return empty
        ? text
        : new String(bytes(text.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
  }

  /** The same array when there is nothing in it to hide. */
  public byte[] bytes(byte[] bytes) {
    return empty ? bytes : masked(bytes, new Cover(), false);
  }

  /** As {@link #bytes}, where the end of a text is missing: what begins a secret there, too. */
  public byte[] beginning(byte[] bytes) {
    return empty ? bytes : masked(bytes, new Cover(), true);
  }

  private byte[] masked(byte[] bytes, Cover cover, boolean cut) {
    int state = scan(bytes, bytes.length, cover);
    if (cut && search.pending(state) >= SecretForms.SHORTEST) {
      cover.add(bytes.length - search.pending(state), bytes.length);
    }
    return cover.count == 0 ? bytes : render(bytes, bytes.length, cover, false);
  }

  private int scan(byte[] bytes, int length, Cover cover) {
    int state = PatternSearch.START;
    for (int i = 0; i < length; i++) {
      if (state == PatternSearch.START) {
        i = search.beginning(bytes, i, length);
        if (i == length) {
          break;
        }
      }
      state = search.next(state, bytes[i]);
      int found = search.found(state);
      if (found > 0) {
        cover.add(i + 1 - found, i + 1);
      }
    }
    return state;
  }

  /**
   * @param begun whether the first stretch, at 0, has been shown as masked already
   */
  private static byte[] render(byte[] bytes, int length, Cover cover, boolean begun) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(length);
    int from = 0;
    for (int i = 0; i < cover.count; i++) {
      if (cover.start(i) >= length) {
        break;
      }
      out.write(bytes, from, cover.start(i) - from);
      if (i > 0 || !begun) {
        out.writeBytes(MASK_BYTES);
      }
      from = Math.min(length, cover.end(i));
    }
    out.write(bytes, from, length - from);
    return out.toByteArray();
  }

  /**
   * A text that comes in parts, none of which shows a secret that the next one ends. From part to
   * part the mask may come to hide more.
   */
  static final class Parts {
    private byte[] held = {};

    /** How many of the held bytes are shown as masked already. */
    private int hidden;

    /** What can be shown now. */
    byte[] part(SecretMask mask, byte[] bytes) {
      byte[] all = joined(bytes);
      Cover cover = covered();
      int state = mask.scan(all, all.length, cover);
      int cut = Math.max(all.length - mask.search.pending(state), 0);
      byte[] shown = render(all, cut, cover, hidden > 0);
      hidden = Math.max(cover.endAround(cut, hidden > 0) - cut, 0);
      held = Arrays.copyOfRange(all, cut, all.length);
      return shown;
    }

    /** The rest of it. */
    byte[] last(SecretMask mask, byte[] bytes) {
      byte[] all = joined(bytes);
      Cover cover = covered();
      mask.scan(all, all.length, cover);
      byte[] shown = cover.count == 0 ? all : render(all, all.length, cover, hidden > 0);
      held = new byte[0];
      hidden = 0;
      return shown;
    }

    private byte[] joined(byte[] bytes) {
      if (held.length == 0) {
        return bytes;
      }
      byte[] all = Arrays.copyOf(held, held.length + bytes.length);
      System.arraycopy(bytes, 0, all, held.length, bytes.length);
      return all;
    }

    private Cover covered() {
      Cover cover = new Cover();
      if (hidden > 0) {
        cover.add(0, hidden);
      }
      return cover;
    }
  }

  /** Stretches of a text, in order and apart from each other. */
  private static final class Cover {
    private int[] ends = new int[8];
    private int count;

    /** Adds one that ends no earlier than those before it. */
    void add(int start, int end) {
      int from = start;
      while (count > 0 && end(count - 1) >= from) {
        from = Math.min(from, start(count - 1));
        count--;
      }
      if (ends.length == 2 * count) {
        ends = Arrays.copyOf(ends, 4 * count);
      }
      ends[2 * count] = from;
      ends[2 * count + 1] = end;
      count++;
    }

    int start(int i) {
      return ends[2 * i];
    }

    int end(int i) {
      return ends[2 * i + 1];
    }

    /**
     * The end of the stretch that a text cut at this place has shown as masked; 0 for none.
     *
     * @param begun whether the first stretch, at 0, counts as shown in any case
     */
    int endAround(int place, boolean begun) {
      for (int i = count - 1; i >= 0 && end(i) > place; i--) {
        if (start(i) < place || (begun && i == 0)) {
          return end(i);
        }
      }
      return 0;
    }
  }
}
