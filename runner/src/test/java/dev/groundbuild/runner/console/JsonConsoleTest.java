package dev.groundbuild.runner.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build.Status;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.groundbuild.runner.BuildEvent;
import dev.groundbuild.runner.BuildEvent.Phase;
import dev.groundbuild.steps.StepLog.Stream;
import dev.groundbuild.steps.StepOutcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class JsonConsoleTest {
  private final Stage stage = new Stage();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void everyEventAndLineIsOneObject() {
    play();
    assertThat(objects().stream().map(object -> object.get("type").getAsString()))
        .containsExactly(
            "queued",
            "started",
            "phase-started",
            "phase-ended",
            "note",
            "step-started",
            "progress",
            "line",
            "line",
            "step-ended",
            "step-started",
            "step-ended",
            "step-started",
            "step-ended",
            "ended");
    assertThat(out.toString(UTF_8))
        .contains(
            """
            {"type":"line","time":"2026-03-04T05:06:07Z","build":"%s","step":0,"id":"a",\
            "stream":"stdout","text":"h\u00e9llo"}
            """
                .formatted(Stage.BUILD))
        .contains("\"stream\":\"stderr\",\"base64\":\"/wo=\",\"partial\":true}\n");
    assertThat(objects().getLast().toString())
        .endsWith(
            "\"status\":\"FAILURE\",\"detail\":\"why\",\"seconds\":2.5,"
                + "\"log\":\"/state/log.txt\",\"rerun\":\"groundbuild run .\"}");
  }

  @Test
  void anyTextComesBackOutOfTheJson() {
    stage.step("a \"quoted\" id");
    BuildLog log =
        stage.open(new JsonConsole(out, new Afterwards(Optional.empty(), Optional.empty()), stage));
    List<String> texts =
        List.of("", "plain", "a \"b\" \\ c", "\033[31mred\t", "1 %\r2 %", "\u754c\u2028", "<a>&'");
    texts.forEach(text -> stage.say(0, text));
    log.tick();
    List<JsonObject> lines =
        objects().stream().filter(o -> o.get("type").getAsString().equals("line")).toList();
    assertThat(lines).extracting(o -> o.get("text").getAsString()).isEqualTo(texts);
    assertThat(lines).extracting(o -> o.get("id").getAsString()).containsOnly("a \"quoted\" id");
  }

  @Test
  void everyTypeAndFieldIsDocumented() throws IOException {
    play();
    Path root = Path.of(System.getProperty("groundbuild.root", ".."));
    String text = Files.readString(root.resolve("docs/log-json.md"));
    Set<String> used = new TreeSet<>();
    for (JsonObject object : objects()) {
      used.add(object.get("type").getAsString());
      used.addAll(object.keySet());
      if (object.has("steps")) {
        object
            .getAsJsonArray("steps")
            .forEach(step -> used.addAll(step.getAsJsonObject().keySet()));
      }
    }
    assertThat(used)
        .hasSizeGreaterThan(30)
        .allSatisfy(word -> assertThat(text).contains("`" + word + "`"));
  }

  private void play() {
    stage.step("a").step("", 0).step("c", 0, 1);
    Afterwards afterwards =
        new Afterwards(Optional.of("groundbuild run ."), Optional.of(Path.of("/state/log.txt")));
    BuildLog log = stage.open(new JsonConsole(out, afterwards, stage));
    stage.phase(Phase.BUILD);
    log.on(new BuildEvent.PhaseEnded(stage.instant(), Phase.FETCHSOURCE));
    stage.note(true, "beware");
    stage.begin(0);
    log.progress(0, "Pulling (1 %)");
    log.progress(0, "Pulling (2 %)");
    stage.say(0, "h\u00e9llo");
    log.line(0, Stream.STDERR, new byte[] {(byte) 0xff, 10}, false);
    stage.pass(Duration.ofMillis(2500));
    stage.end(
        0, new StepOutcome.Exited(0, false, stage.timing(), Optional.of("sha256:00"), new byte[0]));
    stage.begin(1);
    stage.end(1, new StepOutcome.NotStarted(stage.timing(), "no such image"), true);
    stage.begin(2);
    stage.end(2, new StepOutcome.TimedOut(stage.timing(), Optional.empty()));
    stage.finish(Status.FAILURE, "why");
  }

  private List<JsonObject> objects() {
    return out.toString(UTF_8)
        .lines()
        .map(JsonParser::parseString)
        .map(JsonElement::getAsJsonObject)
        .toList();
  }
}
