package dev.groundbuild.runner.config;

import dev.groundbuild.runner.config.Part.Expansion;
import dev.groundbuild.runner.config.Part.Text;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives texts their values, as bash does between double quotes.
 *
 * <p>Cloud Build: with {@code dynamicSubstitutions} values may use bash's parameter expansions. Two
 * things are left out: {@code :=} gives a default for this one use and sets nothing, and {@code &}
 * in a replacement is a plain character, as in bash before 5.2.
 */
final class ParameterExpansion {
  private static final int LONGEST = 1_000_000;

  private final Function<String, @Nullable String> values;

  /**
   * @param values gives the value of a key, null when it has none
   */
  ParameterExpansion(Function<String, @Nullable String> values) {
    this.values = values;
  }

  /**
   * @throws BadTemplateException when a value does not suit its operator
   */
  String expand(List<Part> parts) {
    StringBuilder all = new StringBuilder();
    for (Part part : parts) {
      append(all, value(part));
    }
    return all.toString();
  }

  private String value(Part part) {
    return switch (part) {
      case Text text -> text.text();
      case Part.Key key -> orEmpty(values.apply(key.key()));
      case Expansion expansion -> expand(expansion);
    };
  }

  private String expand(Expansion e) {
    String set = values.apply(e.key());
    String value = orEmpty(set);
    if (set == null && !e.operator().copesWithoutValue() && e.operator() != Part.Operator.LENGTH) {
      return "";
    }
    return switch (e.operator()) {
      case DEFAULT, DEFAULT_IF_UNSET -> takesWord(e) ? word(e) : value;
      case ALTERNATIVE, ALTERNATIVE_IF_SET -> takesWord(e) ? word(e) : "";
      case REQUIRED -> value.isEmpty() ? refuse(e) : value;
      case REQUIRED_SET -> set == null ? refuse(e) : value;
      case LENGTH -> String.valueOf(Wording.characters(value));
      case SHORTEST_PREFIX -> withoutPrefix(value, pattern(e), false);
      case LONGEST_PREFIX -> withoutPrefix(value, pattern(e), true);
      case SHORTEST_SUFFIX -> withoutSuffix(value, pattern(e), false);
      case LONGEST_SUFFIX -> withoutSuffix(value, pattern(e), true);
      case REPLACE_FIRST, REPLACE_ALL, REPLACE_PREFIX, REPLACE_SUFFIX -> replace(e, value);
      case SUBSTRING -> substring(e, value);
      case UPPER_FIRST, UPPER_ALL, LOWER_FIRST, LOWER_ALL -> changeCase(e, value);
    };
  }

  private boolean takesWord(Expansion e) {
    String value = values.apply(e.key());
    return switch (e.operator()) {
      case DEFAULT -> orEmpty(value).isEmpty();
      case DEFAULT_IF_UNSET -> value == null;
      case ALTERNATIVE -> !orEmpty(value).isEmpty();
      case ALTERNATIVE_IF_SET -> value != null;
      default -> false;
    };
  }

  private String word(Expansion e) {
    return expand(e.words().getFirst());
  }

  private String refuse(Expansion e) {
    String message = word(e);
    throw new BadTemplateException(
        e.key() + ": " + (message.isEmpty() ? "has no value" : message) + ", says " + quoted(e));
  }

  private Glob pattern(Expansion e) {
    return Glob.compile(pattern(e.words().getFirst()));
  }

  private String pattern(List<Part> parts) {
    return parts.stream().map(this::patternPart).collect(Collectors.joining());
  }

  /** Bash: what a word quotes stays quoted when the word becomes part of a pattern. */
  private String patternPart(Part part) {
    if (!part.quoted() && part instanceof Expansion e && takesWord(e)) {
      return pattern(e.words().getFirst());
    }
    String value = value(part);
    return part.quoted() ? value.replaceAll("[\\\\*?\\[\\]!^:-]", "\\\\$0") : value;
  }

  private static String withoutPrefix(String value, Glob pattern, boolean longest) {
    int[] text = value.codePoints().toArray();
    int end = pattern.end(text, 0, longest);
    return end < 0 ? value : text(text, end, text.length);
  }

  private static String withoutSuffix(String value, Glob pattern, boolean longest) {
    int[] text = value.codePoints().toArray();
    int length = pattern.reversed().end(reversed(text), 0, longest);
    return length < 0 ? value : text(text, 0, text.length - length);
  }

  private String replace(Expansion e, String value) {
    Glob pattern = pattern(e);
    String replacement = e.words().size() < 2 ? "" : expand(e.words().get(1));
    return switch (e.operator()) {
      case REPLACE_PREFIX -> replacePrefix(value, pattern, replacement);
      case REPLACE_SUFFIX -> replaceSuffix(value, pattern, replacement);
      case REPLACE_ALL -> replace(value, pattern, replacement, true);
      default -> replace(value, pattern, replacement, false);
    };
  }

  private static String replacePrefix(String value, Glob pattern, String replacement) {
    int[] text = value.codePoints().toArray();
    int end = pattern.end(text, 0, true);
    return end < 0 ? value : replacement + text(text, end, text.length);
  }

  private static String replaceSuffix(String value, Glob pattern, String replacement) {
    int[] text = value.codePoints().toArray();
    int length = pattern.reversed().end(reversed(text), 0, true);
    return length < 0 ? value : text(text, 0, text.length - length) + replacement;
  }

  private static String replace(String value, Glob pattern, String replacement, boolean all) {
    int[] text = value.codePoints().toArray();
    if (pattern.isEmpty()) {
      return value;
    }
    if (text.length == 0) {
      return pattern.end(text, 0, true) == 0 ? replacement : "";
    }
    StringBuilder replaced = new StringBuilder();
    int at = 0;
    while (at < text.length) {
      int end = pattern.end(text, at, true);
      if (end > at) {
        append(replaced, replacement);
        at = end;
        if (!all) {
          break;
        }
      } else {
        replaced.appendCodePoint(text[at++]);
      }
    }
    return replaced + text(text, at, text.length);
  }

  /**
   * Bash: a negative offset counts from the end, a negative length is an end counted from there.
   */
  private String substring(Expansion e, String value) {
    int[] text = value.codePoints().toArray();
    long offset = number(e, expand(e.words().get(0)));
    long start = offset < 0 ? text.length + offset : offset;
    if (start < 0 || start > text.length) {
      return "";
    }
    if (e.words().size() < 2) {
      return text(text, (int) start, text.length);
    }
    long length = number(e, expand(e.words().get(1)));
    long end = length < 0 ? text.length + length : start + Math.min(text.length, length);
    if (end < start) {
      throw new BadTemplateException(
          "bad substitution %s: the end lies before the start in a value of %d characters"
              .formatted(quoted(e), text.length));
    }
    return text(text, (int) start, (int) Math.min(end, text.length));
  }

  private long number(Expansion e, String written) {
    try {
      return Arithmetic.evaluate(written, key -> orEmpty(values.apply(key)));
    } catch (Arithmetic.NoNumberException why) {
      throw new BadTemplateException(
          "bad substitution %s: %s".formatted(quoted(e), why.getMessage()));
    }
  }

  private String changeCase(Expansion e, String value) {
    Glob pattern = pattern(e);
    boolean upper =
        e.operator() == Part.Operator.UPPER_FIRST || e.operator() == Part.Operator.UPPER_ALL;
    boolean all =
        e.operator() == Part.Operator.UPPER_ALL || e.operator() == Part.Operator.LOWER_ALL;
    int[] text = value.codePoints().toArray();
    for (int i = 0; i < (all ? text.length : Math.min(1, text.length)); i++) {
      if (pattern.isEmpty() || pattern.matches(text[i])) {
        text[i] = upper ? Character.toUpperCase(text[i]) : Character.toLowerCase(text[i]);
      }
    }
    return text(text, 0, text.length);
  }

  /** Substitutions can multiply each other: a few lines could fill the memory. */
  private static void append(StringBuilder all, String text) {
    if (all.length() + text.length() > LONGEST) {
      throw new BadTemplateException(
          "the text gets longer than " + LONGEST + " characters; substitute less");
    }
    all.append(text);
  }

  private static int[] reversed(int[] text) {
    int[] backwards = new int[text.length];
    for (int i = 0; i < text.length; i++) {
      backwards[i] = text[text.length - 1 - i];
    }
    return backwards;
  }

  private static String text(int[] codePoints, int from, int to) {
    return new String(codePoints, from, to - from);
  }

  private static String quoted(Expansion e) {
    return Wording.quote(e.written());
  }

  private static String orEmpty(@Nullable String value) {
    return value == null ? "" : value;
  }
}
