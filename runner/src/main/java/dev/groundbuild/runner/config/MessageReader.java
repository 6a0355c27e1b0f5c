package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Build;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import dev.groundbuild.runner.config.Entries.Entry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads a mapping into a message: walks the tree and the message's descriptor together, so that no
 * field is named here. What it can't read it reports, and goes on with the rest.
 */
final class MessageReader {
  private final Reading reading;
  private final ScalarReader scalars;
  private final KeyTable keys;

  MessageReader(Reading reading) {
    this.reading = reading;
    this.scalars = new ScalarReader(reading);
    this.keys = new KeyTable(reading);
  }

  void read(MappingNode node, FieldPath path, Message.Builder into) {
    Descriptor type = into.getDescriptorForType();
    Map<FieldDescriptor, String> spelled = new HashMap<>();
    Map<OneofDescriptor, String> chosen = new HashMap<>();
    for (Entry entry : Entries.of(node, path, reading)) {
      FieldDescriptor field = keys.find(type, path, entry.key());
      if (field == null) {
        keys.reportUnknown(entry, path, type);
      } else if (isFirst(field, entry, path, spelled, chosen)) {
        field(field, entry.value(), path.child(field.getJsonName()), into);
      }
    }
  }

  /** Reads a list of build steps that stands somewhere else than under {@code steps}. */
  void readSteps(Node node, FieldPath path, Build.Builder into) {
    field(Build.getDescriptor().findFieldByName("steps"), node, path, into);
  }

  /** Cloud Build: both spellings of one field together are an error, as are two of a oneof. */
  private boolean isFirst(
      FieldDescriptor field,
      Entry entry,
      FieldPath path,
      Map<FieldDescriptor, String> spelled,
      Map<OneofDescriptor, String> chosen) {
    FieldPath at = path.child(field.getJsonName());
    String before = spelled.put(field, entry.key());
    if (before != null) {
      String both = "\"" + before + "\" and \"" + entry.key() + "\"";
      reading.error(entry.keyNode(), at, both + " are the same field; keep one of them");
      return false;
    }
    OneofDescriptor oneof = field.getRealContainingOneof();
    String rival =
        oneof == null || ScalarKind.isNothing(entry.value())
            ? null
            : chosen.put(oneof, entry.key());
    if (rival != null) {
      String both = "\"" + rival + "\" and \"" + entry.key() + "\"";
      reading.error(entry.keyNode(), at, both + " exclude each other; keep one of them");
      return false;
    }
    return true;
  }

  private void field(FieldDescriptor field, Node node, FieldPath path, Message.Builder parent) {
    reading.placed(path, node);
    if (ScalarKind.isNothing(node)) {
      return;
    }
    if (OutputOnly.is(field) && !reading.ofRecord()) {
      reading.error(
          node, path, field.getJsonName() + " is output only: Cloud Build sets it; remove it");
      return;
    }
    boolean published = field.getContainingType().equals(parent.getDescriptorForType());
    Message.Builder into =
        published ? parent : keys.unpublished(field.getContainingType()).newBuilderForType();
    if (field.isMapField()) {
      map(field, node, path, into);
    } else if (field.isRepeated()) {
      list(field, node, path, into);
    } else {
      single(field, node, path, into);
    }
    if (isSet(field, into)) {
      applyFate(node, path);
      if (!published) {
        reading.extra(path, UnpublishedFields.json(field, into));
      }
    }
  }

  private void applyFate(Node node, FieldPath path) {
    FieldFates.Row row = FieldFates.find(path.canonical()).orElse(null);
    if (row == null || !row.path().equals(path.canonical())) {
      return; // what is around it speaks for it
    }
    if (row.fate() == FieldFates.Fate.REFUSED) {
      reading.error(node, path, row.path() + ": " + row.sentence());
    } else if (row.fate() == FieldFates.Fate.WARNED) {
      reading.warnOnce(node, path, row.sentence());
    }
    if (reading.door() == Door.SUBMIT && path.canonical().equals("source")) {
      reading.error(node, path, "`gcloud builds submit` refuses a source here; remove it");
    }
  }

  private static boolean isSet(FieldDescriptor field, Message.Builder into) {
    if (field.isRepeated()) {
      return into.getRepeatedFieldCount(field) > 0;
    }
    return into.hasField(field);
  }

  /**
   * Cloud Build: for a list where one value is wanted, {@code gcloud builds submit} takes the last
   * element, and a trigger refuses.
   */
  private void single(FieldDescriptor field, Node node, FieldPath path, Message.Builder into) {
    Node one = node;
    if (node instanceof SequenceNode list) {
      reading.differs(
          Door.TRIGGER,
          node,
          path,
          "a single value is wanted here, not a list; its last element counts",
          "a single value is wanted here, not a list");
      if (list.getValue().isEmpty()) {
        return;
      }
      one = list.getValue().getLast();
    }
    Object value = value(field, one, path, into);
    if (value != null) {
      into.setField(field, value);
    }
  }

  /**
   * Cloud Build: {@code gcloud builds submit} makes a list of a single value; a trigger refuses.
   */
  private void list(FieldDescriptor field, Node node, FieldPath path, Message.Builder into) {
    List<Node> elements;
    if (node instanceof SequenceNode list) {
      elements = list.getValue();
    } else {
      elements = List.of(node);
      reading.differs(
          Door.TRIGGER,
          node,
          path,
          "a list is wanted here; the single value is taken as its only element",
          "json: cannot unmarshal %s into Go value of type []json.RawMessage; write %s"
              .formatted(goType(node), asList(node)));
    }
    for (int i = 0; i < elements.size(); i++) {
      reading.visit();
      FieldPath at = path.element(i);
      Node element = elements.get(i);
      reading.placed(at, element);
      Object value =
          ScalarKind.isNothing(element)
              ? emptyElement(field, element, at)
              : value(field, element, at, into);
      if (value != null) {
        into.addRepeatedField(field, value);
      }
    }
  }

  private static String goType(Node node) {
    return node instanceof ScalarNode scalar ? ScalarKind.of(scalar).go() : "object";
  }

  private static String asList(Node node) {
    return node instanceof ScalarNode scalar
            && Reading.shown(scalar.getValue()).equals(scalar.getValue())
        ? "['" + scalar.getValue().replace("'", "''") + "']"
        : "a list, with \"- \" before each element";
  }

  /** Cloud Build: null is the zero value to a trigger, and no text to gcloud. */
  private @Nullable Object emptyElement(FieldDescriptor field, Node node, FieldPath path) {
    if (field.getJavaType() != JavaType.STRING) {
      reading.error(node, path, "this element of the list is empty; fill or remove it");
      return null;
    }
    reading.differs(
        Door.SUBMIT,
        node,
        path,
        "this element of the list is empty, and taken as \"\"",
        "this element of the list is empty; write \"\" or remove it");
    return "";
  }

  /**
   * Cloud Build: a null value under substitutions is an empty text to a trigger; gcloud sends the
   * null on, and a value from the command line replaces it. That it was null is kept as an extra.
   */
  private void map(FieldDescriptor field, Node node, FieldPath path, Message.Builder into) {
    if (!(node instanceof MappingNode mapping)) {
      reading.error(node, path, "a mapping of names to values is wanted here");
      return;
    }
    FieldDescriptor key = field.getMessageType().findFieldByName("key");
    FieldDescriptor value = field.getMessageType().findFieldByName("value");
    for (Entry entry : Entries.of(mapping, path, reading)) {
      FieldPath at = path.entry(entry.key());
      reading.placed(at, entry.value());
      Message.Builder pair = into.newBuilderForField(field);
      if (ScalarKind.isNothing(entry.value())) {
        reading.extra(at, "null");
        into.addRepeatedField(field, pair.setField(key, entry.key()).build());
        continue;
      }
      Object read = value(value, entry.value(), at, pair);
      if (read != null) {
        into.addRepeatedField(field, pair.setField(key, entry.key()).setField(value, read).build());
      }
    }
  }

  private @Nullable Object value(
      FieldDescriptor field, Node node, FieldPath path, Message.Builder parent) {
    if (field.getJavaType() != JavaType.MESSAGE) {
      return scalars.read(field, node, path);
    }
    Descriptor type = field.getMessageType();
    return switch (type.getFullName()) {
      case "google.protobuf.Duration" -> scalars.duration(node, path);
      case "google.protobuf.Timestamp" -> scalars.timestamp(node, path);
      case "google.protobuf.Struct" -> new StructReader(reading).read(node, path);
      case "google.protobuf.StringValue",
          "google.protobuf.BytesValue",
          "google.protobuf.BoolValue",
          "google.protobuf.Int32Value",
          "google.protobuf.Int64Value",
          "google.protobuf.FloatValue",
          "google.protobuf.DoubleValue" ->
          wrapper(type.findFieldByName("value"), node, path, parent.newBuilderForField(field));
      default -> message(field, node, path, parent);
    };
  }

  private @Nullable Message wrapper(
      FieldDescriptor field, Node node, FieldPath path, Message.Builder into) {
    Object value = scalars.read(field, node, path);
    return value == null ? null : into.setField(field, value).build();
  }

  private @Nullable Message message(
      FieldDescriptor field, Node node, FieldPath path, Message.Builder parent) {
    if (!(node instanceof MappingNode mapping)) {
      String found = node instanceof SequenceNode ? "a list" : "a single value";
      reading.error(node, path, "a mapping is wanted here, not " + found);
      return null;
    }
    Message.Builder into = parent.newBuilderForField(field);
    read(mapping, path, into);
    return into.buildPartial();
  }
}
