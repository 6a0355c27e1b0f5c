package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that look back, on builds of the fake engine. */
final class HistoryCommandsTest {
  private static final String CONFIG =
      """
      steps:
      - {id: one, name: busybox, env: ['OUTPUT=first $_WHO']}
      - {id: two, name: busybox, waitFor: ['-'], env: ['OUTPUT=Step #0 - "one": no']}
      - {id: three, name: busybox, env: [EXIT_CODE=$_CODE]}
      substitutions: {_WHO: me, _CODE: '0'}
      tags: [nightly]
      """;

  @TempDir Path folder;
  private Path source = Path.of("/");

  @BeforeEach
  void writeConfig() throws IOException {
    source = Files.createDirectory(folder.resolve("source"));
    Files.writeString(source.resolve("cloudbuild.yaml"), CONFIG);
  }

  @Test
  void buildsAreListedNewestFirstWithWhatTheyWere() {
    assertThat(cli("builds").err()).contains("no build has run yet");
    build("_WHO=a");
    build("_CODE=3");
    InProcess.Ended table = cli("builds");
    assertThat(table.exit()).isZero();
    List<String> lines = table.out().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.getFirst()).matches("ID +STARTED +STATUS +DURATION +SOURCE +TAGS");
    assertThat(lines.get(1)).contains("FAILURE", source.toString(), "nightly");
    assertThat(lines.get(2)).contains("SUCCESS").endsWith("nightly");
    assertThat(table.out()).doesNotContain("\033");
    assertThat(cli("builds", "--color=always").out()).contains("\033[1;31mFAILURE\033[0m");
  }

  @Test
  void buildsCanBeLimitedAndChosenByStatus() {
    build("_WHO=a");
    build("_CODE=3");
    build("_WHO=b");
    assertThat(statuses("--limit=2")).containsExactly("SUCCESS", "FAILURE");
    assertThat(statuses("--status=failure")).containsExactly("FAILURE");
    assertThat(statuses("--status=SUCCESS,TIMEOUT", "--limit=1")).containsExactly("SUCCESS");
    assertThat(statuses("--status=KILLED")).isEmpty();
    assertThat(cli("builds", "--limit=0").exit()).isEqualTo(ExitCode.USAGE);
    assertThat(cli("builds", "--status=GREEN").exit()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void asJsonABuildHasWhatAProgramNeeds() {
    build("_WHO=a");
    JsonObject build = json("builds", "--format=json").getAsJsonArray().get(0).getAsJsonObject();
    assertThat(build.keySet())
        .containsExactly(
            "id", "started", "status", "seconds", "source", "tags", "attempts", "log", "record");
    JsonObject attempt = build.getAsJsonArray("attempts").get(0).getAsJsonObject();
    assertThat(attempt.get("number").getAsInt()).isEqualTo(1);
    assertThat(attempt.get("status").getAsString()).isEqualTo(build.get("status").getAsString());
    assertThat(attempt.getAsJsonArray("steps")).isNotEmpty();
    assertThat(build.get("tags").getAsString()).isEqualTo("nightly");
    assertThat(build.get("seconds").getAsDouble()).isNotNegative();
    assertThat(Path.of(build.get("log").getAsString())).exists();
    assertThat(Path.of(build.get("record").getAsString())).exists();
  }

  @Test
  void theLogOfAStepIsWhatItPrinted() {
    build("_WHO=you");
    assertThat(cli("log", "--step=one").out())
        .isEqualTo("Already have image: busybox\nfirst you\n");
    assertThat(cli("log", "--step=1", "last").out())
        .isEqualTo("Already have image: busybox\nStep #0 - \"one\": no\n");
    InProcess.Ended missing = cli("log", "--step=tow");
    assertThat(missing.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(missing.err()).contains("did you mean \"two\"?", "Step #2 - \"three\"");
  }

  @Test
  void followingABuildThatIsOverPrintsItAndEnds() {
    build("_CODE=1");
    InProcess.Ended followed = cli("log", "--follow");
    assertThat(followed.exit()).isZero();
    assertThat(followed.out()).isEqualTo(cli("log").out()).contains("\nERROR\n");
  }

  @Test
  void buildsAreFoundByTheirAgeToo() {
    build("_WHO=old");
    build("_WHO=new");
    assertThat(cli("log", "--step=one", "last-1").out()).contains("first old");
    assertThat(cli("log", "last-2").err()).contains("only 2 builds are kept");
    assertThat(cli("log", "nope").err()).contains("groundbuild builds shows");
  }

  @Test
  void aRecordThatCannotBeReadStandsInTheWayOfNoOtherBuild() throws IOException {
    build("_CODE=1");
    JsonObject build = json("builds", "--format=json").getAsJsonArray().get(0).getAsJsonObject();
    Path record = Path.of(build.get("record").getAsString());
    Files.writeString(record, "cut off");
    InProcess.Ended resumed = cli("resume", "--engine=fake");
    assertThat(resumed.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(resumed.err())
        .contains(record.toString(), "no build that failed has a kept workspace");
  }

  @Test
  void aDiffSaysWhatChangedAndEndsLikeDiff() {
    build("_WHO=old");
    build("_WHO=new");
    InProcess.Ended same = cli("diff", "last", "last");
    assertThat(same.exit()).isZero();
    assertThat(same.out()).contains("the builds are the same");
    InProcess.Ended different = cli("diff", "last-1", "last");
    assertThat(different.exit()).isEqualTo(1);
    assertThat(different.out())
        .contains("  - _WHO: \"old\"\n  + _WHO: \"new\"\n")
        .contains("  ~ one\n    - env: [\"OUTPUT=first old\"]\n")
        .containsPattern("total +0\\.\\ds +0\\.\\ds");
    JsonObject json = json("diff", "last-1", "last", "--format=json").getAsJsonObject();
    assertThat(json.get("same").getAsBoolean()).isFalse();
    assertThat(json.getAsJsonArray("substitutions")).hasSize(1);
    assertThat(cli("diff", "last", "x").exit()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void stepsAreExplainedFromAConfigAndFromABuild() {
    assertThat(cli("explain", "three").out())
        .contains("waits for   #0 one, #1 two\n", "it has no waitFor", "holds       nothing");
    assertThat(cli("explain", "1", source.toString()).out())
        .contains("its waitFor is ['-']: it starts with the build");
    assertThat(cli("explain").out()).contains("Step #0", "Step #1", "Step #2");
    assertThat(cli("explain", "../source").out()).contains("Step #2");
    assertThat(cli("explain", "thre").err()).contains("did you mean \"three\"?");
    build("_WHO=a");
    assertThat(cli("explain", "three", "--build=last").out())
        .containsPattern("waited      0\\.\\d s for #")
        .containsPattern("0\\.\\d s until it was started");
    assertThat(cli("explain", "--build=last", "--config=x").exit()).isEqualTo(ExitCode.USAGE);
  }

  private void build(String substitution) {
    InProcess.Ended ended =
        cli("run", "--engine=fake", "--substitutions=" + substitution, source.toString());
    assertThat(ended.exit()).as(ended.err()).isBetween(0, 1);
  }

  private List<String> statuses(String... options) {
    List<String> args = new ArrayList<>(List.of("builds", "--format=json"));
    args.addAll(List.of(options));
    JsonArray all = json(args.toArray(String[]::new)).getAsJsonArray();
    return all.asList().stream()
        .map(build -> build.getAsJsonObject().get("status").getAsString())
        .toList();
  }

  private JsonElement json(String... args) {
    return JsonParser.parseString(cli(args).out());
  }

  private InProcess.Ended cli(String... args) {
    Map<String, String> env = Map.of("XDG_STATE_HOME", folder.resolve("state").toString());
    return InProcess.run(List.of(args), "", env, source);
  }
}
