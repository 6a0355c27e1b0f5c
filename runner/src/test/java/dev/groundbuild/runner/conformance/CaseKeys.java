package dev.groundbuild.runner.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys of a case, as YAML has them. */
record CaseKeys(Map<?, ?> keys, String where) {

  void refuseOthersThan(Set<String> known) {
    keys.keySet().stream()
        .filter(key -> !known.contains(String.valueOf(key)))
        .findFirst()
        .ifPresent(key -> {
          throw new IllegalArgumentException(where + ": a case has no key " + key);
        });
  }

  Optional<String> text(String key) {
    return Optional.ofNullable(keys.get(key)).map(String::valueOf);
  }

  int number(String key, int otherwise) {
    return text(key).map(Integer::valueOf).orElse(otherwise);
  }

  boolean truth(String key) {
    return text(key).map(Boolean::valueOf).orElse(false);
  }

  List<String> list(String key) {
    return elements(keys.get(key)).stream().map(String::valueOf).toList();
  }

  List<List<Integer>> pairs(String key) {
    return elements(keys.get(key)).stream()
        .map(pair -> elements(pair).stream().map(e -> Integer.valueOf(String.valueOf(e))).toList())
        .toList();
  }

  Map<String, Object> map(String key) {
    Map<String, Object> map = new LinkedHashMap<>();
    inside(key).keys().forEach((k, v) -> map.put(String.valueOf(k), v));
    return map;
  }

  /** With null for what has no value. */
  Map<String, String> texts(String key) {
    Map<String, String> map = new LinkedHashMap<>();
    inside(key)
        .keys()
        .forEach((k, v) -> map.put(String.valueOf(k), v == null ? null : String.valueOf(v)));
    return map;
  }

  CaseKeys inside(String key) {
    Object value = keys.get(key);
    if (value == null) {
      return new CaseKeys(Map.of(), where);
    } else if (value instanceof Map<?, ?> map) {
      return new CaseKeys(map, where);
    }
    throw new IllegalArgumentException(where + ": " + key + " is a mapping");
  }

  private List<?> elements(@Nullable Object value) {
    if (value == null) {
      return List.of();
    } else if (value instanceof List<?> list) {
      return new ArrayList<>(list);
    }
    throw new IllegalArgumentException(where + ": a list is wanted, not " + value);
  }
}
