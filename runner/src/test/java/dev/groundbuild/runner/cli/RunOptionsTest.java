package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The flags of {@code run}, each on the real engine. */
final class RunOptionsTest {
  @RegisterExtension private final Desk desk = new Desk();

  @Test
  void aDryRunPrintsCommandsAndTouchesNothing() throws Exception {
    desk.config("steps: [{id: s, name: busybox, args: [touch, /workspace/it's], env: ['A=b c']}]");
    CliProcess.Ended ended =
        desk.startWith(Map.of("DOCKER_HOST", "unix:///nowhere/docker.sock"), "run", "--dryrun")
            .await();
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out())
        .contains("# Step #0 - \"s\"", "docker run ", "'A=b c'", "busybox touch")
        .contains("'/workspace/it'\\''s'");
  }

  @Test
  void withoutSourceTheWorkspaceIsEmpty() throws Exception {
    Path config = desk.file("ci/build.yaml", "steps: [{name: busybox, script: 'ls -A | wc -l'}]");
    CliProcess.Ended ended = desk.run("run", "--no-source", "--config=" + config);
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("\n0\n").doesNotContain("not sent");
  }

  @Test
  void aBoundSourceIsChangedInPlace() throws Exception {
    desk.file("a.txt", "before\n");
    desk.config("steps: [{name: busybox, script: 'cat a.txt; echo after > a.txt; echo > new'}]");
    CliProcess.Ended ended = desk.run("run", "--bind-mount-source");
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("before\n");
    assertThat(desk.source().resolve("a.txt")).hasContent("after");
    assertThat(desk.source().resolve("new")).exists();
  }

  @Test
  void aCopiedSourceIsNotChangedAndTheWorkspaceIsWrittenOutEvenAfterAFailure() throws Exception {
    assumeTrue(System.getProperty("user.name").equals("root"), "only root can give files away");
    Path mine = desk.file("sub/mine", "mine\n");
    Files.setAttribute(mine, "unix:uid", 1111);
    Files.setAttribute(mine, "unix:mode", 0640);
    desk.config(
        """
        steps:
        - name: busybox
          script: |
            stat -c 'owner %u mode %a' sub/mine
            echo theirs > theirs; chown 1234:4321 theirs; chmod 4750 theirs
            ln -s sub/mine link; mkdir -p deep/er; rm cloudbuild.yaml; exit 1
        """);
    CliProcess.Ended ended = desk.run("run", "--write-workspace=../out");
    assertThat(ended.exit()).as(ended.err()).isEqualTo(1);
    assertThat(ended.out()).contains("owner 1111 mode 640\n");
    assertThat(desk.source().resolve("theirs")).doesNotExist();
    Path out = desk.root().resolve("out");
    assertThat(Files.getAttribute(out.resolve("theirs"), "unix:uid")).isEqualTo(1234);
    assertThat(Files.getAttribute(out.resolve("theirs"), "unix:gid")).isEqualTo(4321);
    assertThat((Integer) Files.getAttribute(out.resolve("theirs"), "unix:mode") & 07777)
        .isEqualTo(04750);
    assertThat(Files.getAttribute(out.resolve("sub/mine"), "unix:uid")).isEqualTo(1111);
    assertThat(out.resolve("link")).isSymbolicLink().hasContent("mine");
    assertThat(out.resolve("deep/er")).isDirectory();
    assertThat(out.resolve("cloudbuild.yaml")).doesNotExist();
  }

  @Test
  void aConfigComesFromStandardInput() throws Exception {
    desk.file("a.txt", "of the source\n");
    CliProcess run = desk.start("run", "--config=-", ".");
    run.write("steps: [{name: busybox, args: [cat, a.txt]}]\n");
    CliProcess.Ended ended = run.await();
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("of the source\n");
  }

  @Test
  void aConfigMayBeJson() throws Exception {
    desk.file(
        "cloudbuild.json",
        "{\"steps\": [{\"name\": \"busybox\", \"args\": [\"echo\", \"$_A\"]}],"
            + " \"substitutions\": {\"_A\": \"from json\"}}");
    CliProcess.Ended ended = desk.run("run");
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("from json\n");
  }

  @Test
  void theJsonLogIsOneObjectOnEachLine() throws Exception {
    desk.config(
        """
        steps:
        - {id: a, name: busybox, script: 'echo "quoted \\"text\\""; printf "\\377\\n"; echo é'}
        - {id: b, name: busybox, script: 'echo to stderr >&2; exit 3', allowFailure: true}
        """);
    CliProcess.Ended ended = desk.run("run", "--log=json", "--build-json=build.json");
    assertThat(ended.exit()).as(ended.err()).isZero();
    List<JsonObject> events =
        ended.out().lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    String id = desk.build().getId();
    assertThat(events).allMatch(e -> e.get("build").getAsString().equals(id));
    assertThat(types(events)).startsWith("queued", "started").endsWith("ended");
    List<JsonObject> lines =
        events.stream()
            .filter(e -> e.get("type").getAsString().equals("line"))
            .filter(e -> !e.get("stream").getAsString().equals("runner"))
            .toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0).get("text").getAsString()).isEqualTo("quoted \"text\"");
    assertThat(lines.get(1).get("base64").getAsString()).isEqualTo("/w==");
    assertThat(lines.get(2).get("text").getAsString()).isEqualTo("é");
    assertThat(lines.get(3).get("stream").getAsString()).isEqualTo("stderr");
    assertThat(events.getLast().get("status").getAsString()).isEqualTo("SUCCESS");
  }

  private static List<String> types(List<JsonObject> events) {
    return events.stream().map(e -> e.get("type").getAsString()).toList();
  }
}
