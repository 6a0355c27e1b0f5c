package dev.groundbuild.runner.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * The keys and values of a mapping, once its merge keys ({@code <<}) are followed. Its own keys win
 * over merged ones, the first of several merged mappings wins over the next, and of a key that is
 * there twice the last counts. Cloud Build: duplicate keys, last wins by a trigger, refused by
 * {@code gcloud builds submit}.
 */
final class Entries {
  /** One key and its value. */
  record Entry(String key, Node keyNode, Node value) {}

  private final Reading reading;
  private final Set<MappingNode> open = Collections.newSetFromMap(new IdentityHashMap<>());

  private Entries(Reading reading) {
    this.reading = reading;
  }

  static Collection<Entry> of(MappingNode node, FieldPath path, Reading reading) {
    return new Entries(reading).flatten(node, path).values();
  }

  private Map<String, Entry> flatten(MappingNode node, FieldPath path) {
    Map<String, Entry> found = new LinkedHashMap<>();
    if (!open.add(node)) {
      reading.error(node, path, "this mapping merges itself; remove the `<<`");
      return found;
    }
    List<Node> merges = new ArrayList<>();
    for (NodeTuple tuple : node.getValue()) {
      reading.visit();
      if (tuple.getKeyNode().getTag().equals(Tag.MERGE)) {
        merges.add(tuple.getValueNode());
      } else {
        addOwn(tuple, path, found);
      }
    }
    for (Node merge : merges) {
      addMerged(merge, path, found);
    }
    open.remove(node);
    return found;
  }

  private void addOwn(NodeTuple tuple, FieldPath path, Map<String, Entry> found) {
    if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
      reading.error(tuple.getKeyNode(), path, "a key must be a plain word, not a list or mapping");
      return;
    }
    String name = key.getValue();
    Entry before = found.put(name, new Entry(name, key, tuple.getValueNode()));
    if (before != null) {
      int line = reading.position(before.keyNode()).line();
      String twice =
          "the key \"%s\" is here twice, first at line %d".formatted(Reading.shown(name), line);
      reading.differs(
          Door.SUBMIT, key, path.child(name), twice + "; this one counts", twice + "; remove one");
    }
  }

  private void addMerged(Node merge, FieldPath path, Map<String, Entry> found) {
    List<Node> sources = merge instanceof SequenceNode list ? list.getValue() : List.of(merge);
    for (Node source : sources) {
      reading.visit();
      if (source instanceof MappingNode mapping) {
        flatten(mapping, path).forEach(found::putIfAbsent);
      } else {
        reading.error(source, path, "`<<` merges a mapping or a list of mappings, nothing else");
      }
    }
  }
}
