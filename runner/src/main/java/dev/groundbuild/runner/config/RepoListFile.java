package dev.groundbuild.runner.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads a list of repositories:
 *
 * <pre>
 * repos:
 * - https://example.com/one.git
 * - {url: git@example.com:two.git, dir: libs/two, branch: main}
 * </pre>
 */
public final class RepoListFile {
  private static final List<String> KEYS = List.of("url", "dir", "branch");

  private static final String WANTED =
      "a list of repositories is wanted, repos: [URL, {url: URL, dir: DIR, branch: BRANCH}]";

  private final Reading reading;
  private final List<Entry> entries = new ArrayList<>();

  private RepoListFile(Reading reading) {
    this.reading = reading;
  }

  /**
   * A repository of the list.
   *
   * @param dir empty for the last part of the address
   * @param branch empty for the server's own choice
   */
  public record Entry(String url, String dir, String branch, Position position) {}

  /** What was read. The entries are not to be used when there are problems. */
  public record Listed(List<Entry> entries, List<Problem> problems) {
    public Listed {
      entries = List.copyOf(entries);
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
    RepoListFile list = new RepoListFile(reading);
    if (new String(text, StandardCharsets.UTF_8).isBlank()) {
      reading.error(WANTED);
    } else {
      Node root = new YamlText(reading).read(text);
      if (root != null) {
        list.readRoot(root);
      }
    }
    return new Listed(list.entries, reading.problems());
  }

  private void readRoot(Node root) {
    @Nullable Node repos = null;
    if (root instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        if (key(tuple).equals("repos")) {
          repos = tuple.getValueNode();
        } else {
          error(tuple.getKeyNode(), "unknown key \"%s\"; %s".formatted(key(tuple), WANTED));
        }
      }
    }
    if (repos instanceof SequenceNode sequence && !sequence.getValue().isEmpty()) {
      sequence.getValue().forEach(this::readEntry);
    } else {
      error(repos == null ? root : repos, WANTED);
    }
  }

  private void readEntry(Node node) {
    Map<String, String> fields = new HashMap<>();
    if (node instanceof ScalarNode url) {
      fields.put("url", url.getValue());
    } else if (node instanceof MappingNode mapping) {
      mapping.getValue().forEach(tuple -> readField(tuple, fields));
    }
    String url = fields.getOrDefault("url", "");
    if (url.isBlank()) {
      error(node, "a repository is an address, or has one: {url: URL, dir: DIR, branch: BRANCH}");
      return;
    }
    String dir = fields.getOrDefault("dir", "");
    String branch = fields.getOrDefault("branch", "");
    entries.add(new Entry(url, dir, branch, reading.position(node)));
  }

  private void readField(NodeTuple tuple, Map<String, String> fields) {
    String key = key(tuple);
    if (!KEYS.contains(key)) {
      error(
          tuple.getKeyNode(),
          "unknown key \"%s\"; a repository has url, dir and branch".formatted(key));
    } else if (!(tuple.getValueNode() instanceof ScalarNode value) || value.getValue().isBlank()) {
      error(tuple.getValueNode(), key + " must be a text");
    } else if (fields.put(key, value.getValue()) != null) {
      error(tuple.getKeyNode(), key + " is given twice");
    }
  }

  private static String key(NodeTuple tuple) {
    return tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
  }

  private void error(Node node, String message) {
    reading.error(node, FieldPath.ROOT, message);
  }
}
