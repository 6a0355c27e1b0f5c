package dev.groundbuild.runner.overlay;

import dev.groundbuild.runner.config.GoDuration;
import dev.groundbuild.runner.config.Position;
import dev.groundbuild.runner.config.Suggestion;
import dev.groundbuild.runner.config.Written;
import dev.groundbuild.runner.config.Written.Entry;
import dev.groundbuild.runner.config.Written.Kind;
import dev.groundbuild.runner.config.Written.Mapping;
import dev.groundbuild.runner.config.Written.Sequence;
import dev.groundbuild.runner.config.Written.Single;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The fields of one mapping of an overlay. Whatever does not fit is reported, and then it is as if
 * it were absent.
 */
final class Fields {
  private final Mapping mapping;
  private final String path;
  private final Notes notes;

  private Fields(Mapping mapping, String path, Notes notes) {
    this.mapping = mapping;
    this.path = path;
    this.notes = notes;
  }

  /**
   * @param what is described, such as {@code a service}
   * @param known every key that it may have
   */
  static Fields of(Mapping mapping, String path, String what, List<String> known, Notes notes) {
    mapping
        .entries()
        .forEach((key, entry) -> {
          if (!known.contains(key)) {
            String guess = Suggestion.didYouMean(key, known);
            notes.error(
                entry.keyAt(),
                join(path, key),
                "unknown key \"%s\" in %s%s"
                    .formatted(
                        key,
                        what,
                        guess.isEmpty() ? "; it has " + String.join(", ", known) : guess));
          }
        });
    return new Fields(mapping, path, notes);
  }

  static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  Position at() {
    return mapping.at();
  }

  /** Where a field is; where the mapping is, for one that is absent. */
  Position at(String key) {
    Entry entry = mapping.entries().get(key);
    return entry == null ? mapping.at() : entry.value().at();
  }

  String path(String key) {
    return join(path, key);
  }

  boolean has(String key) {
    return value(key).isPresent();
  }

  void error(String key, String message) {
    notes.error(at(key), path(key), message);
  }

  /** What is under a key; a key without a value is as good as none. */
  Optional<Written> value(String key) {
    Entry entry = mapping.entries().get(key);
    if (entry == null || (entry.value() instanceof Single s && s.kind() == Kind.NOTHING)) {
      return Optional.empty();
    }
    return Optional.of(entry.value());
  }

  /** A text with its substitutions. */
  Optional<String> text(String key) {
    return value(key).flatMap(value -> notes.text(value, path(key)));
  }

  /** A text that must be there. */
  Optional<String> needed(String key, String message) {
    if (!has(key)) {
      error(key, message);
    }
    return text(key);
  }

  /** A list of texts; a single one counts as a list. */
  List<String> texts(String key) {
    return textsIfAny(key).orElse(List.of());
  }

  Optional<List<String>> textsIfAny(String key) {
    return value(key).map(value -> texts(value, path(key)));
  }

  private List<String> texts(Written value, String at) {
    List<String> texts = new ArrayList<>();
    if (value instanceof Sequence list) {
      for (int i = 0; i < list.items().size(); i++) {
        notes.text(list.items().get(i), at + "[" + i + "]").ifPresent(texts::add);
      }
    } else {
      notes.text(value, at).ifPresent(texts::add);
    }
    return texts;
  }

  /** Variables: a list of {@code NAME=value}, or a mapping. */
  SortedMap<String, String> variables(String key) {
    SortedMap<String, String> variables = new TreeMap<>();
    Optional<Written> value = value(key);
    if (value.isPresent() && value.get() instanceof Mapping map) {
      map.entries()
          .forEach((name, entry) ->
              notes
                  .text(entry.value(), join(path(key), name))
                  .ifPresent(text -> variables.put(name, text)));
      return variables;
    }
    for (String text : texts(key)) {
      int equals = text.indexOf('=');
      if (equals <= 0) {
        error(key, "\"%s\" is not of the form NAME=value".formatted(text));
      } else {
        variables.put(text.substring(0, equals), text.substring(equals + 1));
      }
    }
    return variables;
  }

  Optional<Integer> whole(String key, int least, int most) {
    return value(key).flatMap(value -> whole(value, key, least, most));
  }

  private Optional<Integer> whole(Written value, String key, int least, int most) {
    String text = value instanceof Single single ? single.text() : "";
    if (text.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return Optional.of(number);
      }
    }
    notes.error(
        value.at(),
        path(key),
        "%s must be a whole number from %d to %d, not %s"
            .formatted(key, least, most, Notes.shown(value)));
    return Optional.empty();
  }

  List<Integer> wholes(String key, int least, int most) {
    List<Integer> numbers = new ArrayList<>();
    List<Written> items =
        value(key)
            .map(value -> value instanceof Sequence list ? list.items() : List.of(value))
            .orElse(List.of());
    items.forEach(item -> whole(item, key, least, most).ifPresent(numbers::add));
    return numbers;
  }

  /** A duration such as {@code 90s} or {@code 2m}, not negative. */
  Optional<Duration> duration(String key) {
    return value(key).flatMap(value -> duration(value, key));
  }

  private Optional<Duration> duration(Written value, String key) {
    Optional<Duration> duration =
        value instanceof Single single
            ? GoDuration.parse(single.text())
                .map(d -> Duration.ofSeconds(d.getSeconds(), d.getNanos()))
            : Optional.empty();
    if (duration.isEmpty() || duration.get().isNegative()) {
      notes.error(
          value.at(),
          path(key),
          "%s must be a duration such as 30s or 2m, not %s".formatted(key, Notes.shown(value)));
      return Optional.empty();
    }
    return duration;
  }

  /** The mapping under a key. */
  Optional<Mapping> mapping(String key, String wanted) {
    return value(key).flatMap(value -> notes.mapping(value, path(key), wanted));
  }

  /** The named things under a key: each with its own mapping. */
  SequencedMap<String, Entry> entries(String key, String wanted) {
    return mapping(key, wanted).map(Mapping::entries).orElseGet(LinkedHashMap::new);
  }

  /** The things under a key that are a list. */
  List<Written> items(String key, String wanted) {
    Optional<Written> value = value(key);
    if (value.isEmpty()) {
      return List.of();
    }
    if (value.get() instanceof Sequence list) {
      return list.items();
    }
    error(key, "a list is wanted here, not %s: %s".formatted(value.get().inWords(), wanted));
    return List.of();
  }
}
