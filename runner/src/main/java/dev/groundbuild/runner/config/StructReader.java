package dev.groundbuild.runner.config;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.groundbuild.runner.config.Entries.Entry;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads a mapping whose keys nobody has published. */
final class StructReader {
  private static final int DEEPEST = 50;

  private final Reading reading;

  StructReader(Reading reading) {
    this.reading = reading;
  }

  @Nullable Struct read(Node node, FieldPath path) {
    if (node instanceof MappingNode mapping) {
      return struct(mapping, path, 0);
    }
    reading.error(node, path, "a mapping is wanted here");
    return null;
  }

  private Struct struct(MappingNode node, FieldPath path, int depth) {
    Struct.Builder struct = Struct.newBuilder();
    for (Entry entry : Entries.of(node, path, reading)) {
      struct.putFields(entry.key(), value(entry.value(), path.entry(entry.key()), depth + 1));
    }
    return struct.build();
  }

  private Value value(Node node, FieldPath path, int depth) {
    reading.visit();
    if (depth > DEEPEST) {
      // Only an anchor that holds itself gets here: the text itself is not nested as deep.
      throw new Reading.TooMuchException();
    }
    return switch (node) {
      case MappingNode mapping ->
          Value.newBuilder().setStructValue(struct(mapping, path, depth)).build();
      case SequenceNode list -> list(list.getValue(), path, depth);
      case ScalarNode scalar -> scalar(scalar);
      default -> throw new IllegalStateException("unexpected node " + node);
    };
  }

  private Value list(List<Node> elements, FieldPath path, int depth) {
    ListValue.Builder list = ListValue.newBuilder();
    for (int i = 0; i < elements.size(); i++) {
      list.addValues(value(elements.get(i), path.element(i), depth + 1));
    }
    return Value.newBuilder().setListValue(list).build();
  }

  private static Value scalar(ScalarNode node) {
    String text = node.getValue();
    Value.Builder value = Value.newBuilder();
    switch (ScalarKind.of(node)) {
      case NOTHING -> value.setNullValue(NullValue.NULL_VALUE);
      case TRUTH -> value.setBoolValue(ScalarKind.isTrue(text));
      case INTEGER ->
          ScalarKind.yamlInteger(text)
              .ifPresentOrElse(value::setNumberValue, () -> value.setStringValue(text));
      default -> value.setStringValue(text);
    }
    return value.build();
  }
}
