package dev.groundbuild.runner.config;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A pattern as bash matches it in parameter expansions: {@code *}, {@code ?}, {@code [a-z]}, {@code
 * [!x]}, {@code [[:digit:]]} and the backslash. Characters are compared by code point.
 */
final class Glob {
  /** Far more than any build config needs, and over within a second. */
  private static final long MOST_WORK = 100_000_000;

  /** Null stands for {@code *}: any number of any characters. */
  private final List<@Nullable IntPredicate> elements;

  private long work;

  private Glob(List<@Nullable IntPredicate> elements) {
    this.elements = elements;
  }

  static Glob compile(String pattern) {
    int[] p = pattern.codePoints().toArray();
    List<@Nullable IntPredicate> elements = new ArrayList<>();
    int i = 0;
    while (i < p.length) {
      int c = p[i];
      int close = c == '[' ? BracketExpression.end(p, i) : -1;
      if (c == '\\' && i + 1 < p.length) {
        elements.add(is(p[i + 1]));
        i += 2;
      } else if (close > 0) {
        elements.add(BracketExpression.parse(p, i, close));
        i = close + 1;
      } else {
        elements.add(c == '*' ? null : c == '?' ? any -> true : is(c));
        i++;
      }
    }
    return new Glob(elements);
  }

  private static IntPredicate is(int wanted) {
    return c -> c == wanted;
  }

  boolean isEmpty() {
    return elements.isEmpty();
  }

  /** The same pattern for a text that is read backwards. */
  Glob reversed() {
    List<@Nullable IntPredicate> backwards = new ArrayList<>(elements);
    Collections.reverse(backwards);
    return new Glob(backwards);
  }

  boolean matches(int codePoint) {
    return end(new int[] {codePoint}, 0, true) == 1;
  }

  /**
   * Where the match that begins at an index ends, or -1.
   *
   * @param longest the longest match, else the shortest one
   * @throws BadTemplateException when the pattern is too much work
   */
  int end(int[] text, int from, boolean longest) {
    BitSet states = new BitSet();
    reach(states, 0);
    int found = -1;
    for (int i = from; ; i++) {
      if (states.get(elements.size())) {
        found = i;
        if (!longest) {
          return found;
        }
      }
      if (i == text.length || states.isEmpty()) {
        return found;
      }
      states = step(states, text[i]);
    }
  }

  private BitSet step(BitSet states, int codePoint) {
    BitSet next = new BitSet();
    for (int s = states.nextSetBit(0);
        s >= 0 && s < elements.size();
        s = states.nextSetBit(s + 1)) {
      IntPredicate element = elements.get(s);
      if (element == null) {
        reach(next, s);
      } else if (element.test(codePoint)) {
        reach(next, s + 1);
      }
      work++;
      if (work > MOST_WORK) {
        throw new BadTemplateException("the pattern takes too long to match; make it simpler");
      }
    }
    return next;
  }

  /** A {@code *} may also match nothing. */
  private void reach(BitSet states, int state) {
    int s = state;
    while (!states.get(s)) {
      states.set(s);
      if (s == elements.size() || elements.get(s) != null) {
        return;
      }
      s++;
    }
  }
}
