package dev.groundbuild.runner.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.groundbuild.runner.conformance.ConformanceCase.Expected;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares what a case left with what it expects. */
final class CaseCheck {
  private final CaseRun run;
  private final Expected expected;

  CaseCheck(CaseRun run) {
    this.run = run;
    this.expected = run.of().expected();
  }

  void check() throws IOException {
    assertThat(run.exit())
        .as("exit code; problems %s; log%n%s", run.problems(), run.text())
        .isEqualTo(expected.exit());
    expected
        .status()
        .ifPresent(status -> assertThat(text("status")).as("status").isEqualTo(status));
    if (!expected.steps().isEmpty()) {
      assertThat(steps()).as("steps").isEqualTo(expected.steps());
    }
    expected.log().ifPresent(log -> assertThat(run.text()).as("log").isEqualTo(run.filled(log)));
    checkLines();
    expected
        .never()
        .forEach(text -> assertThat(run.text()).as("log").doesNotContain(run.filled(text)));
    checkProblems();
    expected.json().forEach((path, value) -> checkJson(path, value));
    checkOutputs();
    checkMessages();
    expected.overlap().forEach(pair -> checkOverlap(pair.getFirst(), pair.getLast()));
    expected.order().forEach(pair -> checkOrder(pair.getFirst(), pair.getLast()));
    expected.same().forEach((one, other) -> checkSame(one, other));
    for (Map.Entry<String, String> file : expected.workspace().entrySet()) {
      checkFile(run.workspace(), file.getKey(), file.getValue());
    }
    for (Map.Entry<String, String> file : expected.source().entrySet()) {
      checkFile(run.source(), file.getKey(), file.getValue());
    }
  }

  private String text(String path) {
    JsonElement found = JsonPath.find(run.json(), path);
    return found.isJsonPrimitive() ? found.getAsString() : "";
  }

  private List<String> steps() {
    List<String> steps = new ArrayList<>();
    for (int i = 0; JsonPath.find(run.json(), "steps[" + i + "]").isJsonObject(); i++) {
      String at = "steps[" + i + "].";
      String code = text(at + "exitCode");
      steps.add(text(at + "status") + (code.isEmpty() || code.equals("0") ? "" : " " + code));
    }
    return steps;
  }

  private void checkLines() {
    List<String> left = run.text().lines().toList();
    for (String line : expected.lines()) {
      int at = left.indexOf(run.filled(line));
      assertThat(at)
          .as("the line <%s>, after the lines before it, in%n%s", run.filled(line), run.text())
          .isNotNegative();
      left = left.subList(at + 1, left.size());
    }
  }

  private void checkProblems() {
    for (String text : expected.problems()) {
      assertThat(run.problems()).as("problems").anyMatch(line -> line.contains(run.filled(text)));
    }
    if (expected.silent()) {
      List<String> said =
          run.problems().stream().filter(line -> !line.matches(".*: ok, \\d+ steps?")).toList();
      assertThat(said).as("problems").isEmpty();
    }
  }

  private void checkJson(String path, Object value) {
    Gson gson = new GsonBuilder().disableHtmlEscaping().serializeNulls().create();
    JsonElement wanted = gson.fromJson(run.filled(gson.toJson(value)), JsonElement.class);
    assertThat(JsonPath.find(run.json(), path)).as(path).isEqualTo(wanted);
  }

  private void checkMessages() {
    if (!expected.messages().isEmpty()) {
      assertThat(run.messages().stream().map(m -> m.status() + " " + m.topic()))
          .as("messages")
          .isEqualTo(expected.messages());
      assertThat(JsonParser.parseString(run.messages().getLast().data()))
          .as("data of the last message")
          .isEqualTo(run.json());
    }
  }

  private void checkOutputs() {
    for (int i = 0; i < expected.outputs().size(); i++) {
      byte[] decoded = Base64.getDecoder().decode(text("results.buildStepOutputs[" + i + "]"));
      assertThat(new String(decoded, StandardCharsets.UTF_8))
          .as("output of step " + i)
          .isEqualTo(run.filled(expected.outputs().get(i)));
    }
  }

  private Instant time(int step, String which) {
    return Instant.parse(text("steps[" + step + "].timing." + which));
  }

  private void checkOverlap(int one, int other) {
    assertThat(time(one, "startTime")).as("start of " + one).isBefore(time(other, "endTime"));
    assertThat(time(other, "startTime")).as("start of " + other).isBefore(time(one, "endTime"));
  }

  private void checkOrder(int earlier, int later) {
    assertThat(time(later, "startTime"))
        .as("start of step %d after the end of step %d", later, earlier)
        .isAfterOrEqualTo(time(earlier, "endTime"));
  }

  private void checkSame(String one, String other) {
    assertThat(text(one)).as(one + " and " + other).isNotEmpty().isEqualTo(text(other));
  }

  private void checkFile(Path folder, String name, @Nullable String content) throws IOException {
    Path file = folder.resolve(name);
    assertThat(Files.exists(file)).as("whether there is a file " + name).isEqualTo(content != null);
    if (content != null) {
      assertThat(Files.readString(file)).as(name).isEqualTo(run.filled(content));
    }
  }
}
