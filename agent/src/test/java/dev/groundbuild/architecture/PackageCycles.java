package dev.groundbuild.architecture;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds packages that use each other in a circle. A package and its sub-package are two. */
final class PackageCycles {
  /** "from" uses "to". */
  private record Use(CompiledClass from, String to) {
    String toPackage() {
      return CompiledClass.packageOf(to);
    }

    @Override
    public String toString() {
      return from.name() + " uses " + to;
    }
  }

  /** One use for each pair of packages, by the packages' names. */
  private final Map<String, Map<String, Use>> uses = new TreeMap<>();

  PackageCycles(Collection<CompiledClass> classes) {
    Set<String> own = classes.stream().map(CompiledClass::packageName).collect(Collectors.toSet());
    for (CompiledClass from : classes) {
      for (String to : from.uses()) {
        String target = CompiledClass.packageOf(to);
        if (own.contains(target) && !target.equals(from.packageName())) {
          uses.computeIfAbsent(from.packageName(), p -> new TreeMap<>())
              .putIfAbsent(target, new Use(from, to));
        }
      }
    }
  }

  /** A shortest cycle through each package that is on one, each cycle once, spelled out. */
  List<String> spelledOut() {
    List<String> found = new ArrayList<>();
    Set<String> told = new HashSet<>();
    for (String start : uses.keySet()) {
      List<Use> cycle = told.contains(start) ? List.of() : shortestFrom(start);
      if (!cycle.isEmpty()) {
        cycle.forEach(use -> told.add(use.toPackage()));
        found.add(
            "package cycle: "
                + start
                + cycle.stream().map(use -> " -> " + use.toPackage()).collect(Collectors.joining())
                + cycle.stream().map(use -> "\n    " + use).collect(Collectors.joining()));
      }
    }
    return found;
  }

  /** The uses from a package back to itself, breadth first; empty if there is no way. */
  private List<Use> shortestFrom(String start) {
    Map<String, List<Use>> ways = new TreeMap<>();
    Deque<String> next = new ArrayDeque<>();
    next.add(start);
    while (!next.isEmpty()) {
      String at = next.remove();
      for (Use use : uses.getOrDefault(at, Map.of()).values()) {
        List<Use> way = new ArrayList<>(ways.getOrDefault(at, List.of()));
        way.add(use);
        if (use.toPackage().equals(start)) {
          return way;
        }
        if (ways.putIfAbsent(use.toPackage(), way) == null) {
          next.add(use.toPackage());
        }
      }
    }
    return List.of();
  }
}
