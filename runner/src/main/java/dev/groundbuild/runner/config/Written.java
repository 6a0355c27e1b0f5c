package dev.groundbuild.runner.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** A piece of a YAML text with its place: what a reader that knows its own keys walks over. */
public sealed interface Written {
  /** Where it begins. */
  Position at();

  /**
   * Keys and their values, in the order of the text. Merge keys are followed, and of a key that is
   * there twice the last counts.
   */
  record Mapping(Position at, SequencedMap<String, Entry> entries) implements Written {}

  /** A list. */
  record Sequence(Position at, List<Written> items) implements Written {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /**
   * A single value.
   *
   * @param text as it is written, without quotes
   */
  record Single(Position at, Kind kind, String text) implements Written {}

  /** One key with its value. */
  record Entry(Position keyAt, Written value) {}

  /** What a single value is in YAML 1.1. */
  enum Kind {
    TEXT,
    WHOLE,
    TRUTH,
    NOTHING,
    /** A date or a number with a point, say. */
    OTHER
  }

  /** What it is, for a message. */
  default String inWords() {
    return switch (this) {
      case Mapping _ -> "a mapping";
      case Sequence _ -> "a list";
      case Single single ->
          switch (single.kind()) {
            case TEXT -> "a text";
            case WHOLE -> "a number";
            case TRUTH -> "a boolean";
            case NOTHING -> "nothing";
            case OTHER -> "a number or a date";
          };
    };
  }

  /** An empty mapping. */
  static Mapping nothing(Position at) {
    return new Mapping(at, new LinkedHashMap<>());
  }

  /** A mapping with one key, which is not in the text. */
  static Mapping of(Position at, String key, Written value) {
    SequencedMap<String, Entry> one = new LinkedHashMap<>();
    one.put(key, new Entry(at, value));
    return new Mapping(at, one);
  }
}
