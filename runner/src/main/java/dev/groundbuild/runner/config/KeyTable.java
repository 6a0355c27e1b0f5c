package dev.groundbuild.runner.config;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.groundbuild.runner.config.Entries.Entry;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** The keys that a mapping may have, in both spellings: {@code waitFor} and {@code wait_for}. */
final class KeyTable {
  private final Reading reading;
  private final Map<Descriptor, Map<String, FieldDescriptor>> spellings = new HashMap<>();

  KeyTable(Reading reading) {
    this.reading = reading;
  }

  /** The published field of that name, else the unpublished one of that place, else null. */
  @Nullable FieldDescriptor find(Descriptor type, FieldPath path, String key) {
    FieldDescriptor field = fields(type).get(key);
    return field != null
        ? field
        : UnpublishedFields.message(path.canonical()).map(m -> fields(m).get(key)).orElse(null);
  }

  /** An empty message for the unpublished fields of one place. */
  DynamicMessage unpublished(Descriptor type) {
    return DynamicMessage.getDefaultInstance(type);
  }

  /**
   * Cloud Build: a trigger refuses each unknown key; gcloud ignores those that hold a mapping, a
   * list of mappings or null, with a warning, and refuses the others.
   */
  void reportUnknown(Entry entry, FieldPath path, Descriptor type) {
    FieldPath at = path.child(entry.key());
    Node key = entry.keyNode();
    String hint = hint(type, path, entry.key());
    String unknown =
        "unknown field \"%s\" in %s".formatted(Reading.shown(entry.key()), name(type, path));
    String unused = Reading.shown("." + at.exact()) + ": unused";
    if (reading.ofRecord()) {
      reading.warn(key, at, unknown + " is ignored");
    } else if (!isIgnorable(entry.value())) {
      reading.error(key, at, (reading.door() == Door.SUBMIT ? unused : unknown) + hint);
    } else if (reading.door() == Door.SUBMIT) {
      reading.warn(key, at, unused + " and ignored" + hint);
    } else {
      reading.differs(Door.TRIGGER, key, at, unknown + " is ignored" + hint, unknown + hint);
    }
  }

  private static boolean isIgnorable(Node value) {
    return switch (value) {
      case MappingNode mapping -> true;
      case SequenceNode list -> list.getValue().stream().allMatch(MappingNode.class::isInstance);
      default -> ScalarKind.isNothing(value);
    };
  }

  /** What users know the type by; a type that nobody has published, by its place. */
  private static String name(Descriptor type, FieldPath path) {
    boolean published = type.getFile().getPackage().startsWith("google.");
    return published ? type.getName() : path.canonical().replace("[]", "");
  }

  /** What may have been meant, as the end of a message; or nothing. */
  private String hint(Descriptor type, FieldPath path, String key) {
    Set<String> known = new LinkedHashSet<>();
    addSettable(type, known);
    UnpublishedFields.message(path.canonical()).ifPresent(m -> addSettable(m, known));
    String guess = Suggestion.didYouMean(key, known);
    if (!guess.isEmpty()) {
      return guess;
    }
    Optional<String> home = FieldFates.home(key);
    return home.map(h -> "; it belongs " + h).orElse("");
  }

  private void addSettable(Descriptor type, Set<String> known) {
    fields(type)
        .forEach((name, field) -> {
          if (!OutputOnly.is(field)) {
            known.add(name);
          }
        });
  }

  private Map<String, FieldDescriptor> fields(Descriptor type) {
    return spellings.computeIfAbsent(type, KeyTable::spellings);
  }

  private static Map<String, FieldDescriptor> spellings(Descriptor type) {
    Map<String, FieldDescriptor> found = new HashMap<>();
    for (FieldDescriptor field : type.getFields()) {
      found.put(field.getName(), field);
      found.put(field.getJsonName(), field);
    }
    return found;
  }
}
