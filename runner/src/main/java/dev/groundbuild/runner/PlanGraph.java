package dev.groundbuild.runner;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jgrapht.Graph;
import org.jgrapht.Graphs;
import org.jgrapht.alg.TransitiveReduction;
import org.jgrapht.alg.matching.HopcroftKarpMaximumCardinalityBipartiteMatching;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.SimpleDirectedGraph;
import org.jgrapht.graph.SimpleGraph;

/**
 * A plan as a graph: an arrow leads to each step from every step that it waits for, unless the
 * arrows through other steps say so already (the transitive reduction). Made for drawing and
 * telling; running a build needs {@link BuildPlan#waitFor} alone.
 */
public final class PlanGraph {
  private final List<Set<Integer>> waitFor;
  private final Graph<Integer, DefaultEdge> arrows;

  /** "to" waits for "from". */
  public record Arrow(int from, int to) {}

  PlanGraph(List<Set<Integer>> waitFor) {
    this.waitFor = waitFor;
    this.arrows = new SimpleDirectedGraph<>(DefaultEdge.class);
    for (int i = 0; i < waitFor.size(); i++) {
      arrows.addVertex(i);
      for (int earlier : waitFor.get(i)) {
        arrows.addEdge(earlier, i);
      }
    }
    TransitiveReduction.INSTANCE.reduce(arrows);
  }

  /** By the step they lead to, then by the step they come from. */
  public List<Arrow> arrows() {
    List<Arrow> all = new ArrayList<>();
    for (int to = 0; to < waitFor.size(); to++) {
      for (int from : before(to)) {
        all.add(new Arrow(from, to));
      }
    }
    return all;
  }

  /** The steps from which an arrow leads to this one. */
  public SortedSet<Integer> before(int step) {
    return Collections.unmodifiableSortedSet(new TreeSet<>(Graphs.predecessorListOf(arrows, step)));
  }

  /**
   * The most steps that can run at once: the largest set of steps none of which waits for another,
   * be it through others. By Dilworth's theorem that is the least number of chains that hold all
   * steps, and so the number of steps without those that can be matched with a later one.
   */
  public int width() {
    int size = waitFor.size();
    Graph<Integer, DefaultEdge> pairs = new SimpleGraph<>(DefaultEdge.class);
    Set<Integer> firsts = new HashSet<>();
    Set<Integer> seconds = new HashSet<>();
    for (int i = 0; i < size; i++) {
      firsts.add(i);
      seconds.add(size + i);
    }
    Graphs.addAllVertices(pairs, firsts);
    Graphs.addAllVertices(pairs, seconds);
    List<Set<Integer>> allBefore = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Set<Integer> all = new HashSet<>();
      for (int earlier : before(i)) {
        all.add(earlier);
        all.addAll(allBefore.get(earlier));
      }
      allBefore.add(all);
      for (int earlier : all) {
        pairs.addEdge(earlier, size + i);
      }
    }
    return size
        - new HopcroftKarpMaximumCardinalityBipartiteMatching<>(pairs, firsts, seconds)
            .getMatching()
            .getEdges()
            .size();
  }
}
