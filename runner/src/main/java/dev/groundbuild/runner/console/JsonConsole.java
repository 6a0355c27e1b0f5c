package dev.groundbuild.runner.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.groundbuild.runner.BuildEvent;
import dev.groundbuild.runner.BuildEvent.Ended;
import dev.groundbuild.runner.BuildEvent.FinallyBegun;
import dev.groundbuild.runner.BuildEvent.FinallyEnded;
import dev.groundbuild.runner.BuildEvent.FinallyStarted;
import dev.groundbuild.runner.BuildEvent.Note;
import dev.groundbuild.runner.BuildEvent.PhaseEnded;
import dev.groundbuild.runner.BuildEvent.PhaseStarted;
import dev.groundbuild.runner.BuildEvent.Queued;
import dev.groundbuild.runner.BuildEvent.Started;
import dev.groundbuild.runner.BuildEvent.StepEnded;
import dev.groundbuild.runner.BuildEvent.StepKept;
import dev.groundbuild.runner.BuildEvent.StepRetried;
import dev.groundbuild.runner.BuildEvent.StepStarted;
import dev.groundbuild.runner.FinallySteps;
import dev.groundbuild.steps.StepOutcome;
import dev.groundbuild.steps.StepSpec;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes one JSON object per line for every event and every line; docs/log-json.md lists them. */
final class JsonConsole implements LogSink {
  private static final Duration BETWEEN_PROGRESS = Duration.ofSeconds(1);
  private static final int BUFFER = 1 << 16;

  private final OutputStream out;
  private final InstantSource clock;
  private final Afterwards afterwards;
  private final Map<Integer, Instant> progressSaid = new HashMap<>();
  private List<StepSpec> steps = List.of();
  private List<String> labels = List.of();
  private int first;
  private String build = "";
  private Instant began = Instant.EPOCH;

  JsonConsole(OutputStream out, Afterwards afterwards, InstantSource clock) {
    this.out = new BufferedOutputStream(out, BUFFER);
    this.afterwards = afterwards;
    this.clock = clock;
  }

  @Override
  public String target() {
    return "standard output";
  }

  @Override
  public void event(BuildEvent event) throws IOException {
    write(
        switch (event) {
          case Queued queued -> queued(queued);
          case Started started -> {
            began = started.at();
            yield object("started", started.at());
          }
          case PhaseStarted phase -> phase("phase-started", phase.at(), phase.phase());
          case PhaseEnded phase -> phase("phase-ended", phase.at(), phase.phase());
          case StepKept kept -> {
            Duration took = Duration.ZERO;
            yield stepEnded(
                "step-kept",
                new StepEnded(kept.at(), kept.step(), kept.outcome(), took, kept.forgiven()));
          }
          case StepStarted started -> {
            JsonObject json = step("step-started", started.at(), started.step());
            json.addProperty("image", started.step().image());
            yield json;
          }
          case StepRetried retried -> retried(retried);
          case StepEnded ended -> {
            JsonObject json = stepEnded("step-ended", ended);
            if (ended.attempts() > 1) {
              json.addProperty("attempts", ended.attempts());
            }
            yield json;
          }
          case FinallyBegun begun -> {
            JsonObject json = object("finally", begun.at());
            json.addProperty("status", begun.status().name());
            yield json;
          }
          case FinallyStarted started -> {
            JsonObject json = step("finally-started", started.at(), started.step());
            json.addProperty("image", started.step().image());
            yield json;
          }
          case FinallyEnded ended ->
              stepEnded(
                  "finally-ended",
                  new StepEnded(ended.at(), ended.step(), ended.outcome(), ended.took(), false));
          case Note note -> {
            JsonObject json = object("note", note.at());
            json.addProperty("warning", note.warning());
            json.addProperty("text", note.text());
            yield json;
          }
          case Ended ended -> ended(ended);
        });
  }

  private JsonObject queued(Queued queued) {
    steps = queued.plan().allSteps();
    first = queued.plan().steps().size();
    build = queued.build().getId();
    labels = steps.stream().map(this::label).toList();
    began = queued.at();
    JsonObject json = object("queued", queued.at());
    JsonArray list = new JsonArray();
    for (StepSpec step : queued.plan().steps()) {
      JsonObject one = new JsonObject();
      label(one, step);
      one.addProperty("image", step.image());
      JsonArray waitFor = new JsonArray();
      queued.plan().waitFor().get(step.index()).stream().sorted().forEach(waitFor::add);
      one.add("waitFor", waitFor);
      list.add(one);
    }
    json.add("steps", list);
    if (!queued.plan().last().isEmpty()) {
      json.add("finally", last(queued.plan().last()));
    }
    return json;
  }

  private JsonArray last(FinallySteps last) {
    JsonArray list = new JsonArray();
    for (StepSpec step : last.steps()) {
      JsonObject one = new JsonObject();
      label(one, step);
      one.addProperty("image", step.image());
      list.add(one);
    }
    return list;
  }

  private JsonObject retried(StepRetried retried) {
    JsonObject json = step("step-retried", retried.at(), retried.step());
    json.addProperty("attempt", retried.attempt());
    json.addProperty("of", retried.most());
    json.addProperty("reason", retried.reason());
    json.addProperty("pause", retried.pause().toMillis() / 1000.0);
    return json;
  }

  private JsonObject phase(String type, Instant at, BuildEvent.Phase phase) {
    JsonObject json = object(type, at);
    json.addProperty("phase", phase.name());
    return json;
  }

  private JsonObject stepEnded(String type, StepEnded ended) {
    JsonObject json = step(type, ended.at(), ended.step());
    json.addProperty("status", StepResult.of(ended).status());
    json.addProperty("forgiven", ended.forgiven());
    json.addProperty("seconds", ended.took().toMillis() / 1000.0);
    switch (ended.outcome()) {
      case StepOutcome.Exited exited -> {
        json.addProperty("exitCode", exited.code());
        json.addProperty("outOfMemory", exited.outOfMemory());
        exited.digest().ifPresent(digest -> json.addProperty("digest", digest));
      }
      case StepOutcome.TimedOut timedOut ->
          timedOut.digest().ifPresent(digest -> json.addProperty("digest", digest));
      case StepOutcome.Cancelled cancelled ->
          cancelled.digest().ifPresent(digest -> json.addProperty("digest", digest));
      case StepOutcome.NotStarted notStarted -> json.addProperty("reason", notStarted.reason());
    }
    return json;
  }

  private JsonObject ended(Ended ended) {
    JsonObject json = object("ended", ended.at());
    json.addProperty("status", ended.outcome().status().name());
    json.addProperty("detail", ended.outcome().detail());
    json.addProperty("seconds", Duration.between(began, ended.at()).toMillis() / 1000.0);
    afterwards.log().ifPresent(log -> json.addProperty("log", log.toString()));
    ended.outcome().keptUntil().ifPresent(at -> json.addProperty("keptUntil", at.toString()));
    afterwards.rerun().ifPresent(command -> json.addProperty("rerun", command));
    return json;
  }

  @Override
  public void line(LogLine line) throws IOException {
    if (line.origin().isEmpty()) {
      if (line.prefix().length > 0) {
        beside(line);
      }
      return; // the transcript's own lines are events here
    }
    LogLine.Origin origin = line.origin().get();
    // Put together by hand: a build can print hundreds of megabytes.
    StringBuilder head = new StringBuilder(256);
    head.append("{\"type\":\"line\",\"time\":\"").append(clock.instant());
    head.append(labels.get(origin.step())).append("\"stream\":\"");
    head.append(origin.stream().name().toLowerCase(Locale.ROOT)).append("\",");
    write(head.toString());
    writeText(line.text());
    write(line.complete() ? "}\n" : ",\"partial\":true}\n");
  }

  private void beside(LogLine line) throws IOException {
    JsonObject json = object("beside", clock.instant());
    json.addProperty("of", new String(line.prefix(), UTF_8).replaceFirst(": $", ""));
    String head = json.toString();
    write(head.substring(0, head.length() - 1) + ",");
    writeText(line.text());
    write("}\n");
  }

  private void writeText(byte[] text) throws IOException {
    if (standsForItself(text)) {
      write("\"text\":\"");
      out.write(text);
      write("\"");
      return;
    }
    try {
      String decoded = UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
      write("\"text\":" + new JsonPrimitive(decoded));
    } catch (CharacterCodingException _) {
      write("\"base64\":\"" + Base64.getEncoder().encodeToString(text) + '"');
    }
  }

  /** Whether these are bytes that JSON has as they are. */
  private static boolean standsForItself(byte[] text) {
    for (byte b : text) {
      if (b < ' ' || b > '~' || b == '"' || b == '\\') {
        return false;
      }
    }
    return true;
  }

  /** What every line of a step has between its time and its stream. */
  private String label(StepSpec step) {
    String object = step("", Instant.EPOCH, step).toString();
    return object.substring(object.indexOf("\",\"build\""), object.length() - 1) + ",";
  }

  /** At most one a second for each step. */
  @Override
  public void progress(int step, String text) throws IOException {
    Instant now = clock.instant();
    Instant said = progressSaid.get(step);
    if (said == null || Duration.between(said, now).compareTo(BETWEEN_PROGRESS) >= 0) {
      progressSaid.put(step, now);
      JsonObject json = step("progress", now, steps.get(step));
      json.addProperty("text", text);
      write(json);
    }
  }

  @Override
  public void tick() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.flush();
  }

  private JsonObject object(String type, Instant at) {
    JsonObject json = new JsonObject();
    json.addProperty("type", type);
    json.addProperty("time", at.toString());
    json.addProperty("build", build);
    return json;
  }

  private JsonObject step(String type, Instant at, StepSpec step) {
    JsonObject json = object(type, at);
    label(json, step);
    return json;
  }

  private void label(JsonObject json, StepSpec step) {
    if (step.index() < first) {
      json.addProperty("step", step.index());
    } else {
      json.addProperty("finally", step.index() - first);
    }
    step.id().ifPresent(id -> json.addProperty("id", id));
  }

  private void write(JsonObject json) throws IOException {
    write(json + "\n");
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(UTF_8));
  }
}
