package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.config.Written.Entry;
import dev.groundbuild.runner.config.Written.Kind;
import dev.groundbuild.runner.config.Written.Mapping;
import dev.groundbuild.runner.config.Written.Sequence;
import dev.groundbuild.runner.config.Written.Single;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads the text of an overlay as far as YAML goes: its keys with their places, and the steps of
 * one key as the build steps that they are.
 */
public final class OverlayText {
  private static final FieldPath STEPS = FieldPath.ROOT.child("steps");

  private final Reading reading;
  private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());

  private OverlayText(Reading reading) {
    this.reading = reading;
  }

  /**
   * What was read.
   *
   * @param root empty when there is nothing to be read
   * @param steps a config whose steps are those under {@code stepsKey}: with the places of this
   *     text, and with their problems
   */
  public record Read(Mapping root, BuildConfig steps, List<Problem> problems) {
    public Read {
      problems = List.copyOf(problems);
    }
  }

  /**
   * Never fails: whatever is wrong is among the problems, each at its place.
   *
   * @param name what to call the text in problems
   * @param stepsKey the key with a list of build steps, which are read as a build config's
   */
  public static Read read(String name, byte[] text, String stepsKey) {
    Reading reading = new Reading(name, Door.UNION, false);
    Mapping root = Written.nothing(reading.position(1, 1));
    BuildConfig steps = steps(name, null, stepsKey);
    try {
      Node node = saysNothing(text) ? null : new YamlText(reading).read(text);
      if (node instanceof MappingNode mapping) {
        root = new OverlayText(reading).mapping(mapping, FieldPath.ROOT, Set.of(stepsKey));
        steps = steps(name, mapping, stepsKey);
      } else if (node != null && !ScalarKind.isNothing(node)) {
        reading.error(
            node,
            FieldPath.ROOT,
            "the overlay is no mapping; it begins with keys such as services:");
      }
    } catch (Reading.TooMuchException e) {
      reading.error("the overlay grows too large when its aliases (`*name`) are followed");
    }
    List<Problem> problems = new ArrayList<>(reading.problems());
    return new Read(root, steps, problems);
  }

  /** Whether all of it is comments, as in a file to begin with. */
  private static boolean saysNothing(byte[] text) {
    return new String(text, StandardCharsets.UTF_8)
        .lines()
        .map(String::strip)
        .allMatch(line -> line.isEmpty() || line.startsWith("#") || line.equals("---"));
  }

  private static BuildConfig steps(String name, @Nullable MappingNode root, String key) {
    Reading reading = new Reading(name, Door.UNION, false);
    Build.Builder build = Build.newBuilder();
    if (root != null) {
      for (Entries.Entry entry :
          Entries.of(root, FieldPath.ROOT, new Reading(name, Door.TRIGGER, false))) {
        if (entry.key().equals(key)) {
          new MessageReader(reading).readSteps(entry.value(), STEPS, build);
        }
      }
    }
    return new BuildConfig(
        name, build.buildPartial(), reading.extras(), reading.places(), reading.problems());
  }

  /**
   * @param opaque keys whose values somebody else reads
   */
  private Mapping mapping(MappingNode node, FieldPath path, Set<String> opaque) {
    SequencedMap<String, Entry> entries = new LinkedHashMap<>();
    for (Entries.Entry entry : Entries.of(node, path, reading)) {
      Written value =
          opaque.contains(entry.key())
              ? new Single(reading.position(entry.value()), Kind.NOTHING, "")
              : value(entry.value(), path.child(entry.key()));
      entries.put(entry.key(), new Entry(reading.position(entry.keyNode()), value));
    }
    return new Mapping(reading.position(node), entries);
  }

  private Written value(Node node, FieldPath path) {
    reading.visit();
    if (!open.add(node)) {
      reading.error(node, path, "this contains itself; remove the alias");
      return new Single(reading.position(node), Kind.NOTHING, "");
    }
    try {
      return switch (node) {
        case MappingNode mapping -> mapping(mapping, path, Set.of());
        case SequenceNode list -> {
          List<Written> items = new ArrayList<>();
          for (Node item : list.getValue()) {
            items.add(value(item, path.element(items.size())));
          }
          yield new Sequence(reading.position(node), items);
        }
        case ScalarNode scalar ->
            new Single(reading.position(node), kind(scalar), scalar.getValue());
        default -> new Single(reading.position(node), Kind.NOTHING, "");
      };
    } finally {
      open.remove(node);
    }
  }

  private static Kind kind(ScalarNode scalar) {
    return switch (ScalarKind.of(scalar)) {
      case TEXT -> Kind.TEXT;
      case INTEGER -> ScalarKind.isTextToGo(scalar) ? Kind.TEXT : Kind.WHOLE;
      case TRUTH -> Kind.TRUTH;
      case NOTHING -> Kind.NOTHING;
      case DECIMAL, TIME, UNKNOWN -> Kind.OTHER;
    };
  }
}
