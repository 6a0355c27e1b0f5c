package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traces of builds of the fake engine, as other programs read them. */
final class TraceTest {
  private static final String CONFIG =
      """
      steps:
      - {id: one, name: busybox, env: [SLEEP=0.02]}
      - {id: two, name: busybox, waitFor: ['-'], env: [SLEEP=0.05]}
      - {name: missing, waitFor: ['-'], allowFailure: true}
      - {id: last, name: busybox, env: [EXIT_CODE=4]}
      - {id: never, name: busybox}
      """;
  private static final List<String> PHASES =
      List.of("queue", "pull", "create", "start", "run", "drain", "remove");

  @TempDir Path folder;

  @Test
  void chromesSpansAreWellFormedAndNest() throws IOException {
    JsonObject trace = trace("trace.json");
    assertThat(trace.get("displayTimeUnit").getAsString()).isEqualTo("ms");
    Map<Integer, List<JsonObject>> lanes = new HashMap<>();
    Set<Integer> named = new TreeSet<>();
    for (JsonElement element : trace.getAsJsonArray("traceEvents")) {
      JsonObject event = element.getAsJsonObject();
      assertThat(event.get("name").getAsString()).isNotEmpty();
      assertThat(event.get("pid").getAsInt()).isEqualTo(1);
      int lane = event.get("tid").getAsInt();
      if (event.get("ph").getAsString().equals("M")) {
        assertThat(event.getAsJsonObject("args").get("name").getAsString()).isNotEmpty();
        named.add(lane);
      } else {
        assertThat(event.get("ph").getAsString()).isEqualTo("X");
        assertThat(event.get("ts").getAsLong()).isNotNegative();
        assertThat(event.get("dur").getAsLong()).isNotNegative();
        lanes.computeIfAbsent(lane, _ -> new ArrayList<>()).add(event);
      }
    }
    assertThat(named).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(lanes.keySet()).containsExactly(0, 1, 2, 3, 4);
    assertThat(names(lanes, 0)).containsExactly("build", "FETCHSOURCE", "BUILD");
    List<String> one = new ArrayList<>(List.of("Step #0 - \"one\""));
    one.addAll(PHASES);
    assertThat(names(lanes, 1)).isEqualTo(one);
    assertThat(names(lanes, 3)).containsExactly("Step #2", "queue", "pull");
    lanes.values().forEach(TraceTest::assertNesting);
    JsonObject failed = lane(lanes, 4).getFirst().getAsJsonObject("args");
    assertThat(failed.get("step.exit_code").getAsString()).isEqualTo("4");
    assertThat(failed.get("error").getAsString()).isEqualTo("exit code 4");
  }

  /** The first span of a lane holds the others, which follow each other. */
  private static void assertNesting(List<JsonObject> lane) {
    long start = lane.getFirst().get("ts").getAsLong();
    long end = start + lane.getFirst().get("dur").getAsLong();
    long from = start;
    for (JsonObject span : lane.subList(1, lane.size())) {
      assertThat(span.get("ts").getAsLong()).as("%s", span).isGreaterThanOrEqualTo(from);
      from = span.get("ts").getAsLong() + span.get("dur").getAsLong();
      assertThat(from).as("%s", span).isLessThanOrEqualTo(end);
    }
  }

  @Test
  void openTelemetrysSpansFormOneTree() throws IOException {
    JsonObject resource = only(trace("trace.otlp.json").getAsJsonArray("resourceSpans"));
    assertThat(resource.getAsJsonObject("resource").getAsJsonArray("attributes").toString())
        .contains("{\"key\":\"service.name\",\"value\":{\"stringValue\":\"groundbuild\"}}");
    JsonArray spans = only(resource.getAsJsonArray("scopeSpans")).getAsJsonArray("spans");
    Map<String, JsonObject> byId = new HashMap<>();
    for (JsonElement element : spans) {
      JsonObject span = element.getAsJsonObject();
      assertThat(span.keySet())
          .contains("traceId", "name", "kind", "startTimeUnixNano", "endTimeUnixNano", "status");
      assertThat(span.get("traceId").getAsString()).matches("[0-9a-f]{32}");
      assertThat(span.get("spanId").getAsString()).matches("[0-9a-f]{16}");
      assertThat(byId.put(span.get("spanId").getAsString(), span)).isNull();
    }
    assertThat(byId.values()).filteredOn(span -> !span.has("parentSpanId")).hasSize(1);
    byId.values().stream()
        .filter(span -> span.has("parentSpanId"))
        .forEach(span -> {
          String id = span.get("parentSpanId").getAsString();
          assertThat(byId).containsKey(id);
          JsonObject parent = byId.getOrDefault(id, span);
          assertThat(time(span, "start")).isGreaterThanOrEqualTo(time(parent, "start"));
          assertThat(time(span, "end")).isBetween(time(span, "start"), time(parent, "end"));
        });
    JsonObject root = spans.get(0).getAsJsonObject();
    assertThat(root.getAsJsonObject("status").get("code").getAsInt()).isEqualTo(2);
    assertThat(root.getAsJsonObject("status").get("message").getAsString()).contains("step 3");
  }

  private static JsonObject only(JsonArray list) {
    assertThat(list).hasSize(1);
    return list.get(0).getAsJsonObject();
  }

  private static BigInteger time(JsonObject span, String which) {
    return new BigInteger(span.get(which + "TimeUnixNano").getAsString());
  }

  @Test
  void aTraceThatCannotBeWrittenIsRefusedBeforeTheBuild() throws IOException {
    assertThat(run("--trace=nowhere/trace.json").err())
        .contains("--trace=", "does not exist; make it first")
        .doesNotContain("Step #0");
    assertThat(run("--trace-format=otlp").err()).contains("--trace-format needs --trace=FILE");
  }

  @Test
  void theFormatCanBeNamed() throws IOException {
    run("--trace=t", "--trace-format=otlp");
    assertThat(Files.readString(folder.resolve("t"))).startsWith("{\"resourceSpans\"");
  }

  private static List<JsonObject> lane(Map<Integer, List<JsonObject>> lanes, int number) {
    return lanes.getOrDefault(number, List.of());
  }

  private static List<String> names(Map<Integer, List<JsonObject>> lanes, int number) {
    return lane(lanes, number).stream().map(span -> span.get("name").getAsString()).toList();
  }

  private JsonObject trace(String file) throws IOException {
    InProcess.Ended ended = run("--trace=" + file);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(1);
    return JsonParser.parseString(Files.readString(folder.resolve(file))).getAsJsonObject();
  }

  private InProcess.Ended run(String... options) throws IOException {
    Files.writeString(folder.resolve("cloudbuild.yaml"), CONFIG);
    List<String> args = new ArrayList<>(List.of("run", "--engine=fake"));
    args.addAll(List.of(options));
    Map<String, String> env = Map.of("XDG_STATE_HOME", folder.resolve("state").toString());
    return InProcess.run(args, "", env, folder);
  }
}
