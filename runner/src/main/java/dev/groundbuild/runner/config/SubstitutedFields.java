package dev.groundbuild.runner.config;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/**
 * Finds every text of a build that takes substitutions, and puts another in its place.
 *
 * <p>Cloud Build: never in {@code script}, timeouts, the names in {@code secretEnv}, and the keys
 * of encrypted values. The fields of the table are those that real configs substitute (spec 2.4),
 * and their siblings.
 */
final class SubstitutedFields {
  /** An entry that ends in a dot stands for everything below. */
  private static final List<String> TABLE =
      List.of(
          "steps[].name",
          "steps[].args[]",
          "steps[].env[]",
          "steps[].dir",
          "steps[].entrypoint",
          "steps[].id",
          "steps[].waitFor[]",
          "steps[].volumes[].name",
          "steps[].volumes[].path",
          "images[]",
          "tags[]",
          "logsBucket",
          "serviceAccount",
          "options.env[]",
          "options.pool.name",
          "options.workerPool",
          "options.volumes[].name",
          "options.volumes[].path",
          "availableSecrets.secretManager[].versionName",
          "availableSecrets.inline[].kmsKeyName",
          "secrets[].kmsKeyName",
          "artifacts.");

  /** Takes the path of a text, such as {@code steps[3].args[1]}, and the text. */
  private final BinaryOperator<String> replacement;

  SubstitutedFields(BinaryOperator<String> replacement) {
    this.replacement = replacement;
  }

  /** The same message with other texts. */
  <M extends Message> M replaceIn(M build) {
    @SuppressWarnings("unchecked") // a builder builds its own message
    M replaced = (M) replaceIn(build, "");
    return replaced;
  }

  private Message replaceIn(Message message, String path) {
    Message.Builder replaced = message.toBuilder();
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      String fieldPath = path + (path.isEmpty() ? "" : ".") + field.getJsonName();
      if (field.isMapField()) {
        continue;
      }
      if (field.isRepeated()) {
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
          Object element = message.getRepeatedField(field, i);
          replaced.setRepeatedField(field, i, replace(element, fieldPath + "[" + i + "]"));
        }
      } else {
        replaced.setField(field, replace(entry.getValue(), fieldPath));
      }
    }
    return replaced.build();
  }

  private Object replace(Object value, String path) {
    String canonical = path.replaceAll("\\[\\d+]", "[]");
    if (value instanceof String text && isSubstituted(canonical)) {
      return replacement.apply(path, text);
    } else if (value instanceof Message message && leadsToSubstituted(canonical)) {
      return replaceIn(message, path);
    }
    return value;
  }

  private static boolean isSubstituted(String canonical) {
    return TABLE.stream()
        .anyMatch(row -> row.endsWith(".") ? canonical.startsWith(row) : canonical.equals(row));
  }

  private static boolean leadsToSubstituted(String canonical) {
    String inside = canonical + ".";
    return TABLE.stream().anyMatch(row -> row.startsWith(inside) || inside.startsWith(row));
  }

  /** The same for fields that the message lacks, which are JSON texts by path. */
  Map<String, String> replaceIn(Map<String, String> extras) {
    Map<String, String> replaced = new TreeMap<>(extras);
    replaced.replaceAll((path, json) -> replaceIn(JsonParser.parseString(json), path).toString());
    return replaced;
  }

  private JsonElement replaceIn(JsonElement json, String path) {
    if (json.isJsonPrimitive() && json.getAsJsonPrimitive().isString()) {
      return new JsonPrimitive(replacement.apply(path, json.getAsString()));
    } else if (json.isJsonArray()) {
      JsonArray array = new JsonArray();
      for (JsonElement element : json.getAsJsonArray()) {
        array.add(replaceIn(element, path + "[" + array.size() + "]"));
      }
      return array;
    } else if (json.isJsonObject()) {
      JsonObject object = new JsonObject();
      json.getAsJsonObject()
          .asMap()
          .forEach((name, value) -> object.add(name, replaceIn(value, path + "." + name)));
      return object;
    }
    return json;
  }
}
