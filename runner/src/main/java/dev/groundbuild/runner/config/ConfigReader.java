package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Build;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads a build config, YAML 1.1 or JSON, into Google's message. Syntax, names, types and shapes
 * are checked here; what the values mean is not.
 */
public final class ConfigReader {
  private ConfigReader() {}

  /**
   * Never fails: whatever is wrong is among the problems, each at its place, all of them at once.
   *
   * @param name what to call the text in problems
   * @param door whose rules hold
   */
  public static BuildConfig read(String name, byte[] text, Door door) {
    return read(text, new Reading(name, door, false), name);
  }

  /**
   * Reads a build as Cloud Build returns it, with the fields that only it sets; what is not known
   * is a warning.
   *
   * @param name what to call the text in problems
   */
  public static BuildConfig readRecord(String name, byte[] text) {
    return read(text, new Reading(name, Door.UNION, true), name);
  }

  private static BuildConfig read(byte[] text, Reading reading, String name) {
    Build.Builder build = Build.newBuilder();
    try {
      Node root = new YamlText(reading).read(text);
      if (root instanceof MappingNode mapping) {
        reading.placed(FieldPath.ROOT, root);
        new MessageReader(reading).read(mapping, FieldPath.ROOT, build);
      } else if (root != null) {
        reading.error(root, FieldPath.ROOT, notAMapping(root));
      }
    } catch (Reading.TooMuchException e) {
      reading.error("the config grows too large when its aliases (`*name`) are followed");
    }
    return new BuildConfig(
        name, build.buildPartial(), reading.extras(), reading.places(), reading.problems());
  }

  private static String notAMapping(Node root) {
    if (ScalarKind.isNothing(root)) {
      return "the config is empty; it needs at least `steps:`";
    }
    return root instanceof SequenceNode
        ? "the config is a list; put `steps:` above it, and indent the list"
        : "the config is a single value; it must be a mapping with `steps:`";
  }
}
