package dev.groundbuild.runner.config;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Reads single values. Cloud Build: no value changes its type on the way, but for numbers that are
 * written as text; a number or a boolean where text is wanted is an error.
 */
final class ScalarReader {
  private final Reading reading;

  ScalarReader(Reading reading) {
    this.reading = reading;
  }

  /** The value as the message keeps it, or null when there is none; then that was reported. */
  @Nullable Object read(FieldDescriptor field, Node node, FieldPath path) {
    ScalarNode scalar = scalar(node, path);
    if (scalar == null) {
      return null;
    }
    Optional<?> value =
        switch (field.getJavaType()) {
          case STRING -> text(scalar, path, field.getJsonName());
          case BYTE_STRING -> bytes(scalar, path, field.getJsonName());
          case BOOLEAN -> truth(scalar, path);
          case ENUM -> constant(field, scalar, path);
          case INT -> whole(scalar, path, Integer.MIN_VALUE, Integer.MAX_VALUE).map(Long::intValue);
          case LONG -> whole(scalar, path, Long.MIN_VALUE, Long.MAX_VALUE);
          case FLOAT -> decimal(scalar, path).map(Double::floatValue);
          case DOUBLE -> decimal(scalar, path);
          case MESSAGE -> throw new IllegalStateException(field + " is no single value");
        };
    return value.orElse(null);
  }

  private @Nullable ScalarNode scalar(Node node, FieldPath path) {
    if (node instanceof ScalarNode scalar) {
      ScalarKind kind = ScalarKind.of(scalar);
      if (kind == ScalarKind.UNKNOWN) {
        reading.error(node, path, "the tag " + scalar.getTag() + " is not known here; remove it");
        return null;
      }
      return scalar;
    }
    String hint =
        node instanceof MappingNode
            ? "a mapping; if this is meant as text, quote it, since it holds \": \""
            : "a list";
    reading.error(node, path, "a single value is wanted here, not " + hint);
    return null;
  }

  private Optional<String> text(ScalarNode node, FieldPath path, String field) {
    ScalarKind kind = ScalarKind.of(node);
    String value = node.getValue();
    if (kind == ScalarKind.TEXT) {
      return usable(node, path, value);
    }
    if (ScalarKind.isTextToGo(node)) {
      String what = "%s is %s in YAML 1.1".formatted(value, kind.inWords());
      reading.differs(
          Door.SUBMIT,
          node,
          path,
          what + "; it is taken as text",
          what + ", and text is wanted here; quote it: \"" + value + "\"");
      return Optional.of(value);
    }
    String hint = "; quote it: \"" + value + "\"";
    String message =
        switch (reading.door()) {
          case SUBMIT ->
              "Expected type <class 'str'> for field %s, found %s (type <class '%s'>)"
                  .formatted(field, kind.python(value), kind.pythonType());
          case TRIGGER -> "json: cannot unmarshal " + kind.go() + " into Go value of type string";
          case UNION -> "text is wanted here, and %s is %s".formatted(value, kind.inWords());
        };
    reading.error(node, path, message + hint);
    return Optional.empty();
  }

  /** Text that a program can be given: whole characters, and no end of text within. */
  private Optional<String> usable(ScalarNode node, FieldPath path, String value) {
    for (int i = 0; i < value.length(); i += Character.charCount(value.codePointAt(i))) {
      int c = value.codePointAt(i);
      if (c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
        reading.error(node, path, "the character \\u%04x cannot stand alone in text".formatted(c));
        return Optional.empty();
      }
    }
    return Optional.of(value);
  }

  private Optional<?> bytes(ScalarNode node, FieldPath path, String field) {
    Optional<String> text = text(node, path, field);
    if (text.isEmpty()) {
      return text;
    }
    int illegal = GoBase64.illegalAt(text.get());
    if (illegal >= 0) {
      String message = "illegal base64 data at input byte " + illegal;
      reading.error(node, path, message + "; the encrypted value in base64 is wanted here");
      return Optional.empty();
    }
    return Optional.of(GoBase64.decode(text.get()));
  }

  private Optional<Boolean> truth(ScalarNode node, FieldPath path) {
    if (ScalarKind.of(node) == ScalarKind.TRUTH) {
      return Optional.of(ScalarKind.isTrue(node.getValue()));
    }
    String hint = node.getValue().matches("(?i)true|false") ? "; remove the quotes" : "";
    reading.error(node, path, "true or false is wanted here, not " + show(node) + hint);
    return Optional.empty();
  }

  private Optional<Long> whole(ScalarNode node, FieldPath path, long least, long most) {
    Optional<Long> number =
        switch (ScalarKind.of(node)) {
          case TEXT -> ScalarKind.decimalInteger(node.getValue());
          case INTEGER -> ScalarKind.yamlInteger(node.getValue());
          default -> Optional.empty();
        };
    if (number.isEmpty() || number.get() < least || number.get() > most) {
      String range = least == Integer.MIN_VALUE ? " of 32 bits" : "";
      reading.error(
          node, path, "a whole number%s is wanted here, not %s".formatted(range, show(node)));
      return Optional.empty();
    }
    return number;
  }

  private Optional<Double> decimal(ScalarNode node, FieldPath path) {
    try {
      return Optional.of(Double.valueOf(node.getValue().replace("_", "")));
    } catch (NumberFormatException e) {
      reading.error(node, path, "a number is wanted here, not " + show(node));
      return Optional.empty();
    }
  }

  private Optional<?> constant(FieldDescriptor field, ScalarNode node, FieldPath path) {
    EnumDescriptor type = field.getEnumType();
    String value = node.getValue();
    boolean isText = ScalarKind.of(node) == ScalarKind.TEXT;
    EnumValueDescriptor known = isText ? type.findValueByName(value) : null;
    if (known != null) {
      return Optional.of(known);
    }
    List<String> unpublished = UnpublishedFields.values(path.canonical());
    if (isText && unpublished.contains(value)) {
      reading.extra(path, "\"" + value + "\"");
      return Optional.empty();
    }
    List<String> names = new ArrayList<>();
    type.getValues().forEach(v -> names.add(v.getName()));
    names.addAll(unpublished);
    String guess = Suggestion.didYouMean(value, names);
    String hint = guess.isEmpty() ? "; it can be " + String.join(", ", names) : guess;
    String what =
        "\"%s\" is not a value of %s".formatted(Reading.shown(value), field.getJsonName());
    String unused = reading.door() == Door.SUBMIT ? "." + path.exact() + ": unused; " : "";
    reading.error(node, path, unused + what + hint);
    return Optional.empty();
  }

  /**
   * Cloud Build: {@code gcloud builds submit} sends a duration on as it is, and the REST API wants
   * seconds; a trigger's reader takes Go's durations.
   */
  @Nullable Duration duration(Node node, FieldPath path) {
    ScalarNode scalar = scalar(node, path);
    if (scalar == null) {
      return null;
    }
    String text = scalar.getValue();
    boolean isText = ScalarKind.of(scalar) == ScalarKind.TEXT;
    Optional<Duration> found = isText ? GoDuration.parse(text) : Optional.empty();
    if (found.isEmpty()) {
      reading.error(node, path, durationHint(scalar));
      return null;
    }
    if (!GoDuration.isSeconds(text)) {
      String what = "\"%s\" is a duration in Go's way".formatted(text);
      String instead = "write \"%ds\"".formatted(found.get().getSeconds());
      reading.differs(Door.SUBMIT, node, path, what + "; " + instead, what + "; " + instead);
    }
    return found.get();
  }

  private static String durationHint(ScalarNode node) {
    String text = node.getValue();
    if (text.matches("\\d{1,12}")) {
      return "a duration needs a unit; write \"" + text + "s\"";
    }
    String message = show(node) + " is not a duration; write \"600s\", \"10m\" or \"1h30m\"";
    return text.contains("$") ? message + " (substitutions do not work here)" : message;
  }

  @Nullable Timestamp timestamp(Node node, FieldPath path) {
    ScalarNode scalar = scalar(node, path);
    if (scalar == null) {
      return null;
    }
    try {
      return Timestamps.parse(scalar.getValue());
    } catch (ParseException e) {
      reading.error(
          node, path, show(scalar) + " is not a time; write it like \"2026-01-31T12:00:00Z\"");
      return null;
    }
  }

  private static String show(ScalarNode node) {
    boolean plain = node.getScalarStyle() == ScalarStyle.PLAIN;
    String text = Reading.shown(node.getValue());
    return plain ? text : "\"" + text + "\"";
  }
}
