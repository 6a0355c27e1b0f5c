package dev.groundbuild.runner.conformance;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds values such as {@code steps[0].timing.startTime}; {@code timing.*} are the keys, sorted;
 * null is what is not there.
 */
final class JsonPath {
  private static final Pattern PART = Pattern.compile("([A-Za-z_*][A-Za-z0-9_]*)|\\[(\\d+)]");

  private JsonPath() {}

  static JsonElement find(JsonElement root, String path) {
    JsonElement at = root;
    Matcher part = PART.matcher(path);
    while (part.find() && !at.isJsonNull()) {
      at =
          part.group(2) == null
              ? member(at, part.group(1))
              : element(at, Integer.parseInt(part.group(2)));
    }
    return at;
  }

  private static JsonElement member(JsonElement at, String name) {
    if (!at.isJsonObject()) {
      return JsonNull.INSTANCE;
    } else if (name.equals("*")) {
      return new Gson().toJsonTree(new TreeSet<>(at.getAsJsonObject().keySet()));
    }
    JsonElement found = at.getAsJsonObject().get(name);
    return found == null ? JsonNull.INSTANCE : found;
  }

  private static JsonElement element(JsonElement at, int index) {
    return at.isJsonArray() && index < at.getAsJsonArray().size()
        ? at.getAsJsonArray().get(index)
        : JsonNull.INSTANCE;
  }
}
