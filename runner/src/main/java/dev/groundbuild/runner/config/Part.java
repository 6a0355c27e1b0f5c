package dev.groundbuild.runner.config;

import java.util.List;

/**
 * A piece of a text with substitutions.
 *
 * <p>Quoted pieces stand for themselves where a pattern is expected; elsewhere it makes no
 * difference.
 */
sealed interface Part {
  boolean quoted();

  /** Stands for itself. */
  record Text(String text, boolean quoted) implements Part {}

  /** {@code $KEY} or <code>${KEY}</code>. */
  record Key(String key, boolean quoted) implements Part {}

  /**
   * <code>${KEY:-word}</code> and its like.
   *
   * @param words what follows the operator: one for most; pattern and replacement, or offset and
   *     length, where the second may be absent; none for the length of a value
   * @param written the whole of it, for messages
   */
  record Expansion(
      String key, Operator operator, List<List<Part>> words, boolean quoted, String written)
      implements Part {
    public Expansion {
      words = List.copyOf(words);
    }
  }

  /** What is done to the value. */
  enum Operator {
    DEFAULT,
    ALTERNATIVE,
    REQUIRED,
    DEFAULT_IF_UNSET,
    ALTERNATIVE_IF_SET,
    REQUIRED_SET,
    LENGTH,
    SHORTEST_PREFIX,
    LONGEST_PREFIX,
    SHORTEST_SUFFIX,
    LONGEST_SUFFIX,
    REPLACE_FIRST,
    REPLACE_ALL,
    REPLACE_PREFIX,
    REPLACE_SUFFIX,
    SUBSTRING,
    UPPER_FIRST,
    UPPER_ALL,
    LOWER_FIRST,
    LOWER_ALL;

    /** Whether it says itself what happens when there is no value. */
    boolean copesWithoutValue() {
      return switch (this) {
        case DEFAULT, ALTERNATIVE, REQUIRED, DEFAULT_IF_UNSET, ALTERNATIVE_IF_SET, REQUIRED_SET ->
            true;
        case LENGTH,
            SHORTEST_PREFIX,
            LONGEST_PREFIX,
            SHORTEST_SUFFIX,
            LONGEST_SUFFIX,
            REPLACE_FIRST,
            REPLACE_ALL,
            REPLACE_PREFIX,
            REPLACE_SUFFIX,
            SUBSTRING,
            UPPER_FIRST,
            UPPER_ALL,
            LOWER_FIRST,
            LOWER_ALL ->
            false;
      };
    }
  }
}
