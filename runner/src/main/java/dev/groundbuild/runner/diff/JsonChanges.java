package dev.groundbuild.runner.diff;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Compares JSON, down to the smallest object that differs; a list is compared as a whole. */
final class JsonChanges {
  private JsonChanges() {}

  static List<Change> between(JsonObject before, JsonObject after) {
    List<Change> changes = new ArrayList<>();
    collect("", before, after, changes);
    return changes;
  }

  private static void collect(
      String path, JsonObject before, JsonObject after, List<Change> changes) {
    Set<String> keys = new LinkedHashSet<>(before.keySet());
    keys.addAll(after.keySet());
    for (String key : keys) {
      String name = path + key;
      Optional<JsonElement> old = Optional.ofNullable(before.get(key));
      Optional<JsonElement> now = Optional.ofNullable(after.get(key));
      if (isObject(old) && isObject(now)) {
        collect(name + ".", old.get().getAsJsonObject(), now.get().getAsJsonObject(), changes);
      } else if (!old.equals(now)) {
        changes.add(new Change(name, old, now));
      }
    }
  }

  private static boolean isObject(Optional<JsonElement> element) {
    return element.filter(JsonElement::isJsonObject).isPresent();
  }
}
