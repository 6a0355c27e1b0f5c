package dev.groundbuild.runner.trace;

import com.google.cloudbuild.v1.Build;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.steps.StepSpec;
import java.time.Duration;
import java.time.Instant;

/**
 * Writes a trace in Chrome's trace event format: the build is a process, its phases and each of its
 * steps are threads, and every span is a complete event ({@code "ph": "X"}). Times are microseconds
 * since the build began, which keeps them exact in a double.
 */
final class ChromeTrace {
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();
  private static final int PROCESS = 1;

  private final JsonArray events = new JsonArray();
  private final Instant zero;

  private ChromeTrace(Instant zero) {
    this.zero = zero;
  }

  static String render(Build build, BuildPlan plan, Span span) {
    ChromeTrace trace = new ChromeTrace(span.start());
    trace.name("process_name", 0, "build " + build.getId());
    trace.name("thread_name", 0, "build");
    for (StepSpec step : plan.allSteps()) {
      trace.name("thread_name", step.index() + 1, step.label());
    }
    span.all().forEach(trace::complete);
    JsonObject other = new JsonObject();
    other.addProperty("build", build.getId());
    other.addProperty("start", span.start().toString());
    JsonObject root = new JsonObject();
    root.addProperty("displayTimeUnit", "ms");
    root.add("otherData", other);
    root.add("traceEvents", trace.events);
    return GSON.toJson(root) + "\n";
  }

  private void name(String what, int lane, String name) {
    JsonObject args = new JsonObject();
    args.addProperty("name", name);
    JsonObject event = new JsonObject();
    event.addProperty("name", what);
    event.addProperty("ph", "M");
    event.addProperty("pid", PROCESS);
    event.addProperty("tid", lane);
    event.add("args", args);
    events.add(event);
  }

  private void complete(Span span) {
    long start = micros(span.start());
    JsonObject args = new JsonObject();
    span.attributes().forEach(args::addProperty);
    if (!span.error().isEmpty()) {
      args.addProperty("error", span.error());
    }
    JsonObject event = new JsonObject();
    event.addProperty("name", span.name());
    event.addProperty("cat", span.lane() == 0 ? "build" : "step");
    event.addProperty("ph", "X");
    event.addProperty("ts", start);
    // The difference of rounded times, so that a span never reaches out of the one around it.
    event.addProperty("dur", micros(span.end()) - start);
    event.addProperty("pid", PROCESS);
    event.addProperty("tid", span.lane());
    event.add("args", args);
    events.add(event);
  }

  private long micros(Instant at) {
    return Duration.between(zero, at).toNanos() / 1000;
  }
}
