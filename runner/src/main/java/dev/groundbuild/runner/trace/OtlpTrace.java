package dev.groundbuild.runner.trace;

import com.google.cloudbuild.v1.Build;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/**
 * Writes a trace as OpenTelemetry's {@code ExportTraceServiceRequest} in its JSON form: ids are
 * hexadecimal, times are nanoseconds since 1970 as strings, enums are numbers. The trace's id is
 * the build's.
 */
final class OtlpTrace {
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();
  private static final int INTERNAL = 1;
  private static final int STATUS_OK = 1;
  private static final int STATUS_ERROR = 2;

  private final JsonArray spans = new JsonArray();
  private final String traceId;

  private OtlpTrace(String traceId) {
    this.traceId = traceId;
  }

  static String render(Build build, Span span) {
    OtlpTrace trace = new OtlpTrace(traceId(build.getId()));
    trace.add(span, "");
    JsonObject scope = new JsonObject();
    scope.addProperty("name", "dev.groundbuild");
    JsonObject scoped = new JsonObject();
    scoped.add("scope", scope);
    scoped.add("spans", trace.spans);
    JsonArray attributes = new JsonArray();
    attributes.add(attribute("service.name", "groundbuild"));
    if (!build.getProjectId().isEmpty()) {
      attributes.add(attribute("cloud.account.id", build.getProjectId()));
    }
    JsonObject resource = new JsonObject();
    resource.add("attributes", attributes);
    JsonObject resourced = new JsonObject();
    resourced.add("resource", resource);
    resourced.add("scopeSpans", listOf(scoped));
    JsonObject root = new JsonObject();
    root.add("resourceSpans", listOf(resourced));
    return GSON.toJson(root) + "\n";
  }

  /** 16 bytes: a UUID as it is, and one made of any other id. */
  private static String traceId(String buildId) {
    String hex = buildId.replace("-", "");
    return hex.matches("[0-9a-f]{32}")
        ? hex
        : UUID.nameUUIDFromBytes(buildId.getBytes(StandardCharsets.UTF_8))
            .toString()
            .replace("-", "");
  }

  private void add(Span span, String parent) {
    String id = "%016x".formatted(spans.size() + 1);
    JsonObject json = new JsonObject();
    json.addProperty("traceId", traceId);
    json.addProperty("spanId", id);
    if (!parent.isEmpty()) {
      json.addProperty("parentSpanId", parent);
    }
    json.addProperty("name", span.name());
    json.addProperty("kind", INTERNAL);
    json.addProperty("startTimeUnixNano", nanos(span.start()));
    json.addProperty("endTimeUnixNano", nanos(span.end()));
    JsonArray attributes = new JsonArray();
    span.attributes().forEach((key, value) -> attributes.add(attribute(key, value)));
    json.add("attributes", attributes);
    JsonObject status = new JsonObject();
    status.addProperty("code", span.error().isEmpty() ? STATUS_OK : STATUS_ERROR);
    if (!span.error().isEmpty()) {
      status.addProperty("message", span.error());
    }
    json.add("status", status);
    spans.add(json);
    span.children().forEach(child -> add(child, id));
  }

  private static JsonObject attribute(String key, String value) {
    JsonObject text = new JsonObject();
    text.addProperty("stringValue", value);
    JsonObject attribute = new JsonObject();
    attribute.addProperty("key", key);
    attribute.add("value", text);
    return attribute;
  }

  private static JsonArray listOf(JsonObject only) {
    JsonArray list = new JsonArray();
    list.add(only);
    return list;
  }

  private static String nanos(Instant at) {
    return "%d%09d".formatted(at.getEpochSecond(), at.getNano());
  }
}
