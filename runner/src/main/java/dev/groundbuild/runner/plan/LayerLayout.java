package dev.groundbuild.runner.plan;

import dev.groundbuild.runner.PlanGraph.Arrow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds a place for every step within its level, so that arrows are short, straight and cross
 * little. An arrow over several levels gets a narrow place of its own in each level between, so
 * that no box stands in its way.
 */
final class LayerLayout {
  private static final int SWEEPS = 12;

  /** A bend in a long arrow is worse than a box off the middle. */
  private static final double LANE_STIFFNESS = 4;

  /** A step, or the place where a long arrow passes through a level. */
  private static final class Node {
    final boolean box;
    final List<Node> above = new ArrayList<>();
    final List<Node> below = new ArrayList<>();
    double at;

    Node(boolean box) {
      this.box = box;
    }

    /** The middle of what the node is connected with on one side. */
    double middle(boolean down) {
      return (down ? above : below).stream().mapToDouble(node -> node.at).average().orElse(at);
    }

    double stiffness() {
      return box ? 1 : LANE_STIFFNESS;
    }
  }

  private final double boxSize;
  private final double laneSize;
  private final List<List<Node>> layers = new ArrayList<>();
  private final Map<Integer, Node> boxes = new HashMap<>();
  private final Map<Arrow, List<Node>> bends = new HashMap<>();

  /**
   * @param boxSize the room that a box takes within its level, with the gap after it
   * @param laneSize the room that a passing arrow takes
   */
  LayerLayout(Drawing drawing, double boxSize, double laneSize) {
    this.boxSize = boxSize;
    this.laneSize = laneSize;
    addNodes(drawing);
    for (List<Node> layer : layers) {
      place(layer, new double[layer.size()]);
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      sortBySide(sweep % 2 == 0);
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      straighten(sweep % 2 == 0);
    }
    moveToOrigin();
  }

  /** The middle of a step's box within its level. */
  double at(int step) {
    return known(boxes, step).at;
  }

  /** Where an arrow passes through the levels between its ends, in their order. */
  List<Double> bends(Arrow arrow) {
    return known(bends, arrow).stream().map(node -> node.at).toList();
  }

  /** The room that the widest level takes, from 0. */
  double size() {
    double size = 0;
    for (List<Node> layer : layers) {
      if (!layer.isEmpty()) {
        size = Math.max(size, layer.getLast().at + room(layer.getLast()) / 2);
      }
    }
    return size;
  }

  private void addNodes(Drawing drawing) {
    Map<Integer, Integer> levelOf = new HashMap<>();
    for (List<Integer> level : drawing.levels()) {
      List<Node> layer = new ArrayList<>();
      for (int step : level) {
        Node node = new Node(true);
        layer.add(node);
        boxes.put(step, node);
        levelOf.put(step, layers.size());
      }
      layers.add(layer);
    }
    for (Arrow arrow : drawing.arrows()) {
      List<Node> lane = new ArrayList<>();
      Node last = known(boxes, arrow.from());
      int end = known(levelOf, arrow.to());
      for (int level = known(levelOf, arrow.from()) + 1; level < end; level++) {
        Node node = new Node(false);
        layers.get(level).add(node);
        connect(last, node);
        lane.add(node);
        last = node;
      }
      connect(last, known(boxes, arrow.to()));
      bends.put(arrow, List.copyOf(lane));
    }
  }

  private static void connect(Node above, Node below) {
    above.below.add(below);
    below.above.add(above);
  }

  /** Orders each level by the middle of what each node is connected with on one side. */
  private void sortBySide(boolean down) {
    for (List<Node> layer : down ? layers : layers.reversed()) {
      Map<Node, Double> middle = new HashMap<>();
      for (Node node : layer) {
        middle.put(node, node.middle(down));
      }
      layer.sort(Comparator.comparingDouble(node -> known(middle, node)));
      place(layer, new double[layer.size()]);
    }
  }

  private void straighten(boolean down) {
    for (List<Node> layer : down ? layers : layers.reversed()) {
      place(layer, layer.stream().mapToDouble(node -> node.middle(down)).toArray());
    }
  }

  /**
   * Moves the nodes of a level as near to the wanted places as their order and room allow: the
   * least sum of squares, by pooling neighbours that would overlap (isotonic regression).
   */
  private void place(List<Node> layer, double[] wanted) {
    int size = layer.size();
    double[] offset = new double[size];
    for (int i = 1; i < size; i++) {
      offset[i] = offset[i - 1] + (room(layer.get(i - 1)) + room(layer.get(i))) / 2;
    }
    double[] mean = new double[size];
    double[] weight = new double[size];
    int[] members = new int[size];
    int pools = 0;
    for (int i = 0; i < size; i++) {
      mean[pools] = wanted[i] - offset[i];
      weight[pools] = layer.get(i).stiffness();
      members[pools] = 1;
      pools++;
      while (pools > 1 && mean[pools - 2] >= mean[pools - 1]) {
        double sum = weight[pools - 2] + weight[pools - 1];
        mean[pools - 2] =
            (mean[pools - 2] * weight[pools - 2] + mean[pools - 1] * weight[pools - 1]) / sum;
        weight[pools - 2] = sum;
        members[pools - 2] += members[pools - 1];
        pools--;
      }
    }
    int next = 0;
    for (int pool = 0; pool < pools; pool++) {
      for (int i = 0; i < members[pool]; i++) {
        layer.get(next).at = mean[pool] + offset[next];
        next++;
      }
    }
  }

  private void moveToOrigin() {
    double least =
        layers.stream()
            .filter(layer -> !layer.isEmpty())
            .mapToDouble(layer -> layer.getFirst().at - room(layer.getFirst()) / 2)
            .min()
            .orElse(0);
    layers.forEach(layer -> layer.forEach(node -> node.at -= least));
  }

  private double room(Node node) {
    return node.box ? boxSize : laneSize;
  }

  private static <K, V> V known(Map<K, V> map, K key) {
    V value = map.get(key);
    if (value == null) {
      throw new IllegalStateException(key + " is not in the drawing");
    }
    return value;
  }
}
