package dev.groundbuild.runner.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads the values of secrets:
 *
 * <pre>
 * API_KEY: 'a value'
 * projects/p/secrets/deploy-key: {file: deploy.key}
 * </pre>
 *
 * A value is taken as it is written, whatever it looks like to YAML: {@code 0123} has four
 * characters. No problem quotes a value.
 */
public final class SecretListFile {
  private static final String WANTED =
      "a map of secrets is wanted: NAME: 'value', or NAME: {file: PATH}";

  private final Reading reading;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private SecretListFile(Reading reading) {
    this.reading = reading;
  }

  /** A secret of the list. Prints its place only. */
  public static final class Entry {
    private final Position position;
    private final Optional<String> file;
    private final byte[] value;

    private Entry(Position position, Optional<String> file, byte[] value) {
      this.position = position;
      this.file = file;
      this.value = value;
    }

    public Position position() {
      return position;
    }

    /** The file with the value, as it is written; empty for a value of the list itself. */
    public Optional<String> file() {
      return file;
    }

    public byte[] value() {
      return value.clone();
    }

    @Override
    public String toString() {
      return position.toString();
    }
  }

  /**
   * What was read. The entries are not to be used when there are problems.
   *
   * @param entries by their names
   */
  public record Listed(Map<String, Entry> entries, List<Problem> problems) {
    public Listed {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
      problems = List.copyOf(problems);
    }
  }

  /**
   * Never fails: whatever is wrong is among the problems.
   *
   * @param name what to call the text in problems
   */
  public static Listed read(String name, byte[] text) {
    Reading reading = new Reading(name, Door.SUBMIT, false);
    SecretListFile list = new SecretListFile(reading);
    if (isNothing(text)) {
      return new Listed(Map.of(), List.of());
    }
    @Nullable Node root = new YamlText(reading).read(text);
    if (root == null) {
      return new Listed(Map.of(), List.of(unreadable(reading)));
    }
    list.readRoot(root);
    return new Listed(list.entries, reading.problems());
  }

  /** Comments only. */
  private static boolean isNothing(byte[] text) {
    return new String(text, UTF_8)
        .lines()
        .map(String::strip)
        .allMatch(line -> line.isEmpty() || line.startsWith("#"));
  }

  /** The parser's own words may quote the text, and the text is secret. */
  private static Problem unreadable(Reading reading) {
    Problem first = reading.problems().getFirst();
    return new Problem(
        first.severity(),
        first.position(),
        "",
        "not valid YAML; write NAME: 'value' (with '' for a quote in the value), or NAME: {file: PATH}");
  }

  private void readRoot(Node root) {
    if (!(root instanceof MappingNode mapping)) {
      error(root, WANTED);
      return;
    }
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key) || key.getValue().isBlank()) {
        error(tuple.getKeyNode(), WANTED);
      } else if (entries.containsKey(key.getValue())) {
        error(key, "\"" + key.getValue() + "\" is given twice");
      } else {
        entry(key, tuple.getValueNode()).ifPresent(e -> entries.put(key.getValue(), e));
      }
    }
  }

  private Optional<Entry> entry(ScalarNode key, Node value) {
    Position position = reading.position(value);
    if (value instanceof MappingNode mapping) {
      return file(mapping).map(file -> new Entry(position, Optional.of(file), new byte[0]));
    }
    if (!(value instanceof ScalarNode scalar)) {
      error(value, "the value of \"" + key.getValue() + "\" must be a text or {file: PATH}");
      return Optional.empty();
    }
    if (scalar.getTag().equals(Tag.NULL)) {
      error(value, "\"%s\" has no value; write '' for an empty one".formatted(key.getValue()));
      return Optional.empty();
    }
    return bytes(key, scalar).map(bytes -> new Entry(position, Optional.empty(), bytes));
  }

  private Optional<byte[]> bytes(ScalarNode key, ScalarNode value) {
    if (!value.getTag().equals(Tag.BINARY)) {
      return Optional.of(value.getValue().getBytes(UTF_8));
    }
    try {
      return Optional.of(Base64.getMimeDecoder().decode(value.getValue()));
    } catch (IllegalArgumentException _) {
      error(value, "the !!binary value of \"" + key.getValue() + "\" is not base64");
      return Optional.empty();
    }
  }

  private Optional<String> file(MappingNode mapping) {
    List<NodeTuple> tuples = mapping.getValue();
    if (tuples.size() == 1
        && tuples.getFirst().getKeyNode() instanceof ScalarNode key
        && key.getValue().equals("file")
        && tuples.getFirst().getValueNode() instanceof ScalarNode path
        && !path.getValue().isBlank()) {
      return Optional.of(path.getValue());
    }
    error(mapping, "a secret is a text, or has the one key file: {file: PATH}");
    return Optional.empty();
  }

  private void error(Node node, String message) {
    reading.error(node, FieldPath.ROOT, message);
  }
}
