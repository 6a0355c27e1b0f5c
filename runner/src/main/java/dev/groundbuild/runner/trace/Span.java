package dev.groundbuild.runner.trace;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Something that took time. Its children lie within it.
 *
 * @param lane 0 for the build and its phases, the index of a step plus 1 for the step and what it
 *     consists of; the spans of one lane either follow or enclose each other
 * @param attributes what else is known, in the order in which it is to be shown
 * @param error what went wrong; empty if nothing did
 */
record Span(
    String name,
    int lane,
    Instant start,
    Instant end,
    Map<String, String> attributes,
    String error,
    List<Span> children) {
  Span {
    attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    children = List.copyOf(children);
    for (Span child : children) {
      start = child.start().isBefore(start) ? child.start() : start;
      end = child.end().isAfter(end) ? child.end() : end;
    }
    end = end.isBefore(start) ? start : end; // a clock that was set back
  }

  static Span leaf(String name, int lane, Instant start, Instant end) {
    return new Span(name, lane, start, end, Map.of(), "", List.of());
  }

  /** This span, then those within it. */
  List<Span> all() {
    List<Span> all = new ArrayList<>();
    all.add(this);
    children.forEach(child -> all.addAll(child.all()));
    return all;
  }
}
