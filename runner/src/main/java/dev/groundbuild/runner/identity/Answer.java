package dev.groundbuild.runner.identity;

import java.util.Map;

/**
 * What the metadata server answers to one request.
 *
 * @param type the body's content type
 * @param more headers that not every answer has
 */
record Answer(int status, String type, String body, Map<String, String> more) {
  private static final String TEXT = "text/plain; charset=utf-8";
  static final String DATA = "application/text";
  private static final String JSON = "application/json";

  static Answer data(String body) {
    return new Answer(200, DATA, body, Map.of());
  }

  static Answer json(String body) {
    return new Answer(200, JSON, body, Map.of());
  }

  static Answer problem(int status, String why) {
    return new Answer(status, TEXT, why + "\n", Map.of());
  }

  static Answer elsewhere(String path) {
    return new Answer(301, TEXT, path + "\n", Map.of("Location", path));
  }

  @Override
  public String toString() {
    return "answer " + status;
  }
}
