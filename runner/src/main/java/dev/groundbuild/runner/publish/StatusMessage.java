package dev.groundbuild.runner.publish;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;

/**
 * One change of a build's status, to be told to a topic.
 *
 * @param topic its full name
 * @param emulated whether it is meant for an emulator, and must not go to Google's Pub/Sub
 * @param status the name of the new status
 * @param data the build as JSON text, byte for byte what is sent
 */
public record StatusMessage(
    String topic, boolean emulated, String buildId, String status, String data) {

  String toJson() {
    JsonObject json = new JsonObject();
    json.addProperty("topic", topic);
    json.addProperty("emulated", emulated);
    json.addProperty("buildId", buildId);
    json.addProperty("status", status);
    json.addProperty("data", data);
    return json + "\n";
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws JsonParseException if the text is not that
   */
  static StatusMessage ofJson(String text) {
    try {
      JsonObject json = JsonParser.parseString(text).getAsJsonObject();
      return new StatusMessage(
          text(json, "topic"),
          json.get("emulated").getAsBoolean(),
          text(json, "buildId"),
          text(json, "status"),
          text(json, "data"));
    } catch (IllegalStateException | NullPointerException | UnsupportedOperationException e) {
      throw new JsonParseException("no status message", e);
    }
  }

  private static String text(JsonObject json, String name) {
    return json.get(name).getAsString();
  }
}
