package dev.groundbuild.runner.config;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Values that may name each other, each worked out after those that it names. Cloud Build: only
 * with {@code dynamicSubstitutions}. Values of built-ins are taken as they are.
 */
final class SubstitutionValues {
  private final Map<String, String> given;
  private final Problems problems;
  private final Map<String, String> resolved = new TreeMap<>();
  private final Deque<String> underWay = new ArrayDeque<>();
  private final Set<String> inCycle = new HashSet<>();

  private SubstitutionValues(Map<String, String> given, Problems problems) {
    this.given = given;
    this.problems = problems;
  }

  /**
   * @param given every key that has a value, as it was written
   * @param problems takes cycles and malformed values, at {@code substitutions._KEY}
   */
  static Map<String, String> resolve(Map<String, String> given, Problems problems) {
    SubstitutionValues values = new SubstitutionValues(given, problems);
    new TreeMap<>(given).keySet().forEach(values::resolve);
    return values.resolved;
  }

  private void resolve(String key) {
    String value = given.get(key);
    if (value == null || resolved.containsKey(key)) {
      return;
    }
    if (!SubstitutionKeys.isUserKey(key)) {
      resolved.put(key, value);
      return;
    }
    if (underWay.contains(key)) {
      refuseCycle(key);
      return;
    }
    underWay.addLast(key);
    resolved.put(key, expanded(key, value));
    underWay.removeLast();
  }

  private String expanded(String key, String value) {
    try {
      List<Part> parts = TemplateParser.parse(value, true);
      Reference.in(parts).forEach(reference -> resolve(reference.key()));
      return inCycle.contains(key) ? value : new ParameterExpansion(resolved::get).expand(parts);
    } catch (BadTemplateException e) {
      problems.error("substitutions." + key, e.reason());
      return value;
    }
  }

  private void refuseCycle(String key) {
    List<String> cycle = new ArrayList<>(underWay);
    cycle = cycle.subList(cycle.indexOf(key), cycle.size());
    if (inCycle.addAll(cycle)) {
      problems.error(
          "substitutions." + key,
          "substitutions that need each other have no value: %s -> %s; give one of them a value of its own"
              .formatted(String.join(" -> ", cycle), key));
    }
  }
}
