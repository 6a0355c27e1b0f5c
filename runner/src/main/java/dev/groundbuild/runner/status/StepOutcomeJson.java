package dev.groundbuild.runner.status;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.groundbuild.steps.StepOutcome;
import dev.groundbuild.steps.StepVariables;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How a step ended, as JSON. */
final class StepOutcomeJson {
  private StepOutcomeJson() {}

  static JsonObject write(StepOutcome outcome) {
    JsonObject json = new JsonObject();
    json.addProperty(
        "outcome",
        switch (outcome) {
          case StepOutcome.Exited _ -> "exited";
          case StepOutcome.TimedOut _ -> "timed-out";
          case StepOutcome.Cancelled _ -> "cancelled";
          case StepOutcome.NotStarted _ -> "not-started";
        });
    StepOutcome.Timing timing = outcome.timing();
    json.addProperty("start", timing.start().toString());
    json.addProperty("end", timing.end().toString());
    timing.pullEnd().ifPresent(end -> json.addProperty("pullEnd", end.toString()));
    outcome.digest().ifPresent(digest -> json.addProperty("digest", digest));
    if (outcome instanceof StepOutcome.NotStarted notStarted) {
      json.addProperty("reason", notStarted.reason());
    }
    if (outcome instanceof StepOutcome.Exited exited) {
      json.addProperty("exitCode", exited.code());
      json.addProperty("outOfMemory", exited.outOfMemory());
      json.addProperty("output", Base64.getEncoder().encodeToString(exited.output()));
      if (!exited.variables().isEmpty()) {
        JsonObject variables = new JsonObject();
        exited.variables().values().forEach(variables::addProperty);
        json.add("variables", variables);
      }
    }
    return json;
  }

  static StepOutcome read(JsonObject json) {
    StepOutcome.Timing timing =
        new StepOutcome.Timing(
            instant(json, "start"),
            instant(json, "end"),
            text(json, "pullEnd").map(Instant::parse));
    Optional<String> digest = text(json, "digest");
    String kind = required(json, "outcome").getAsString();
    return switch (kind) {
      case "exited" ->
          new StepOutcome.Exited(
              required(json, "exitCode").getAsInt(),
              required(json, "outOfMemory").getAsBoolean(),
              timing,
              digest,
              Base64.getDecoder().decode(required(json, "output").getAsString()),
              variables(json));
      case "timed-out" -> new StepOutcome.TimedOut(timing, digest);
      case "cancelled" -> new StepOutcome.Cancelled(timing, digest);
      case "not-started" -> new StepOutcome.NotStarted(timing, text(json, "reason").orElse(""));
      default -> throw new JsonParseException("no outcome: " + kind);
    };
  }

  private static StepVariables variables(JsonObject json) {
    Map<String, String> values = new TreeMap<>();
    if (json.get("variables") instanceof JsonObject variables) {
      variables.entrySet().forEach(v -> values.put(v.getKey(), v.getValue().getAsString()));
    }
    return new StepVariables(values);
  }

  static Instant instant(JsonObject json, String name) {
    return Instant.parse(required(json, name).getAsString());
  }

  static JsonElement required(JsonObject json, String name) {
    JsonElement value = json.get(name);
    if (value == null) {
      throw new JsonParseException("\"" + name + "\" is missing");
    }
    return value;
  }

  private static Optional<String> text(JsonObject json, String name) {
    return Optional.ofNullable(json.get(name)).map(JsonElement::getAsString);
  }
}
