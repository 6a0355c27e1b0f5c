package dev.groundbuild.runner.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.secret.FakeGoogle;
import dev.groundbuild.steps.Labels;
import dev.groundbuild.steps.engine.ContainerEngine.Owned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Secrets from where they are to where a step reads them, and nowhere else. */
final class SecretsTest {
  private static final String AVAILABLE =
      """
      availableSecrets:
        secretManager:
        - {versionName: projects/$PROJECT_ID/secrets/one/versions/latest, env: ONE}
        - {versionName: projects/$PROJECT_ID/secrets/two/versions/2, env: TWO}
        - {versionName: projects/$PROJECT_ID/secrets/three/versions/3, env: THREE}
      """;

  @RegisterExtension private final Desk desk = new Desk();

  private static String sha256(String value) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(value.getBytes(UTF_8)));
  }

  private Path secret(String name, String text) throws IOException {
    Path file = desk.root().resolve("home").resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private CliProcess.Ended run(Map<String, String> env, String... args) throws Exception {
    CliProcess process = desk.startWith(env, args);
    process.closeIn();
    return process.await();
  }

  @Test
  void aStepReadsEveryByteThatWasStored() throws Exception {
    String one = "\uFEFFa\r\nb\n$HOME `x` \"q\" 'q' \\n ä€😀\n";
    String two = "{\n  \"private_key\": \"-----BEGIN-----\\nMIIE\\n\",\n  \"id\": \"$X\"\n}\n";
    String three = "no line end\t ";
    secret(".config/groundbuild/secrets.yaml", "one: {file: one}\n");
    secret(".config/groundbuild/one", one);
    secret("two", two);
    desk.config(
        """
        steps:
        - name: busybox
          secretEnv: [ONE, TWO, THREE]
          script: |
            for name in ONE TWO THREE; do
              eval "printf %s \\"\\$$name\\"" | sha256sum
            done
        """
            + AVAILABLE);
    try (FakeGoogle google = new FakeGoogle()) {
      google.version("projects/p/secrets/three/versions/3", three.getBytes(UTF_8));
      Map<String, String> env = new HashMap<>(google.env());
      env.put("TWO_HERE", two);
      CliProcess.Ended ended = run(env, "run", "--project=p", "--secret", "TWO=env:TWO_HERE");
      assertThat(ended.exit()).as(ended.err() + ended.out()).isZero();
      assertThat(ended.out()).contains(sha256(one), sha256(two), sha256(three));
      assertThat(ended.err()).doesNotContain("WARNING", "INFO");
      assertThat(google.asked()).containsExactly("projects/p/secrets/three/versions/3");

      CliProcess.Ended check =
          run(env, "secrets", "check", "--project=p", "--secret", "TWO=env:TWO_HERE");
      assertThat(check.exit()).as(check.err()).isZero();
      assertThat(check.out())
          .contains("secrets.yaml:1:6)", "from --secret, env:TWO_HERE", "from Secret Manager")
          .doesNotContain("MIIE", "no line end");
      CliProcess.Ended missing = run(google.env(), "secrets", "check", "--project=p", "--json");
      assertThat(missing.exit()).isEqualTo(1);
      assertThat(missing.out()).contains("gcloud secrets create two --project=p");
    }
  }

  /** What a canary looks like wherever it may come out. */
  private static List<String> traces(String canary) {
    byte[] bytes = canary.getBytes(UTF_8);
    return List.of(
        canary,
        canary.substring(4, 20),
        Base64.getEncoder().encodeToString(bytes).substring(4, 20),
        Base64.getEncoder().encodeToString(("x" + canary).getBytes(UTF_8)).substring(4, 20),
        Base64.getEncoder().encodeToString(("xy" + canary).getBytes(UTF_8)).substring(4, 20));
  }

  @Test
  void aValueIsSeenNowhere() throws Exception {
    String one = "c4nary-" + UUID.randomUUID();
    String two =
        "{\n  \"key\": \"m4ny-"
            + UUID.randomUUID()
            + "\",\n  \"and\": \"l1nes-"
            + UUID.randomUUID()
            + "\"\n}\n";
    String three = "w1th blank/slash+" + UUID.randomUUID();
    secret("list.yaml", "one: '" + one + "'\ntwo: {file: two}\n");
    secret("two", two);
    desk.config(
        """
        steps:
        - id: print
          name: busybox
          secretEnv: [ONE, TWO, THREE]
          script: |
            echo "$ONE"; echo "$TWO"; echo "err $THREE" >&2
            for v in "$ONE" "$TWO" "$THREE"; do
              printf %s "$v" | base64; printf %s "x$v" | base64; printf 'xy%s\\n' "$v" | base64 -w 0; echo
            done
            first=${ONE%????????????????????}; printf %s "$first"; sleep 0.3; printf '%s\\n' "${ONE#"$first"}"
            set -x; test "$ONE" = x || true; set +x
            echo "$TWO" >"$BUILDER_OUTPUT/output"
            echo ready; sleep 2
        - id: fail
          name: busybox
          secretEnv: [ONE]
          env: [PLAIN=stays]
          script: 'touch /tmp/left; echo "failing with $ONE"; exit 3'
        """
            + AVAILABLE);
    try (FakeGoogle google = new FakeGoogle()) {
      google.version("projects/p/secrets/three/versions/3", three.getBytes(UTF_8));
      CliProcess process =
          desk.startWith(
              google.env(),
              "run",
              "--project=p",
              "--secrets-file=" + desk.root().resolve("home/list.yaml"),
              "--debug",
              "--keep-workspace",
              "--build-json=build.json",
              "--trace=trace.json");
      process.awaitOut("ready");
      List<String> visible = new ArrayList<>(commandLines());
      CliProcess.Ended ended = process.await();
      assertThat(ended.exit()).as(ended.err() + ended.out()).isEqualTo(1);
      assertThat(ended.out()).contains("\"print\": ***\n", "failing with ***", "\"print\": {\n");
      visible.add(ended.out());
      visible.add(ended.err());
      Build build = desk.build();
      assertThat(build.getResults().getBuildStepOutputs(0).toStringUtf8()).contains("***");
      visible.addAll(written(desk.root().resolve("state")));
      visible.addAll(written(desk.source()));
      visible.addAll(onEngine(build.getId()));
      List<String> traces = new ArrayList<>();
      traces.addAll(traces(one));
      traces.addAll(traces(three));
      two.lines()
          .filter(line -> line.contains("-"))
          .forEach(line -> traces.addAll(traces(line.substring(line.indexOf(':') + 3))));
      for (String text : visible) {
        for (String trace : traces) {
          int at = text.indexOf(trace);
          assertThat(
                  at < 0
                      ? ""
                      : text.substring(Math.max(0, at - 60), Math.min(text.length(), at + 60)))
              .isEmpty();
        }
      }
    } finally {
      desk.run("clean", "--kept");
    }
  }

  private static List<String> commandLines() throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path one : all.filter(p -> p.getFileName().toString().matches("\\d+")).toList()) {
        try {
          lines.add(Files.readString(one.resolve("cmdline"), ISO_8859_1));
        } catch (IOException _) {
          // It has ended.
        }
      }
    }
    return lines;
  }

  private static List<String> written(Path folder) throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        texts.add(Files.readString(file, ISO_8859_1));
      }
    }
    assertThat(texts).isNotEmpty();
    return texts;
  }

  /** What the engine says of everything that remains of a build. */
  private List<String> onEngine(String build) throws Exception {
    List<String> texts = new ArrayList<>();
    boolean image = false;
    for (Owned object : desk.engine().owned(Labels.BUILD, Optional.of(build))) {
      texts.add(docker("inspect", object.name()));
      if (object.type() == Owned.Type.IMAGE) {
        image = true;
        assertThat(texts.getLast()).contains("PLAIN=stays").doesNotContain("ONE=");
        texts.add(docker("history", "--no-trunc", object.name()));
        texts.add(docker("save", object.name()));
        assertThat(docker("run", "--rm", "--entrypoint", "", object.name(), "ls", "/tmp/left"))
            .contains("/tmp/left");
      }
    }
    assertThat(image).as("a kept step").isTrue();
    return texts;
  }

  private static String docker(String... args) throws Exception {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }

  @Test
  void whoGoesOnWithABuildOrRunsItAgainFetchesAnew() throws Exception {
    secret("one", "first value");
    desk.config(
        """
        steps:
        - name: busybox
          secretEnv: [ONE]
          script: printf %s "$ONE" | sha256sum; test -f once || { touch once; exit 1; }
        """
            + AVAILABLE);
    String given = "one=file:" + desk.root().resolve("home/one");
    CliProcess.Ended first = desk.run("run", "--keep-workspace", "--secret", given);
    assertThat(first.exit()).as(first.err()).isEqualTo(1);
    assertThat(first.out()).contains(sha256("first value"));
    secret("one", "second value");
    CliProcess.Ended resumed = desk.run("resume", "--secret", given);
    assertThat(resumed.exit()).as(resumed.err()).isZero();
    assertThat(resumed.out()).contains(sha256("second value"));
    CliProcess.Ended again = desk.run("rerun", "--secret", given);
    assertThat(again.out()).contains(sha256("second value"));
    for (String text : written(desk.root().resolve("state"))) {
      assertThat(text).doesNotContain("first value", "second value");
    }
  }

  @Test
  void theShellOfAFailedStepHasItsSecretsOnlyIfTheUserSaysSo() throws Exception {
    secret("one", "in the shell");
    desk.config(
        """
        steps: [{name: busybox, secretEnv: [ONE], script: exit 7}]
        """
            + AVAILABLE);
    String given = "one=file:" + desk.root().resolve("home/one");
    for (boolean yes : new boolean[] {false, true}) {
      CliProcess run = desk.startOnTerminal("run", "--debug", "--secret", given);
      run.awaitOut("shall the shell have the step's secrets (ONE)? [y/N] ");
      run.type(yes ? "y\n" : "\n");
      run.awaitOut("/workspace # ");
      run.type("echo \"[$(printf %s \"$ONE\" | wc -c)]\"; exit\n");
      run.awaitOut("what becomes of");
      run.type("g\n");
      CliProcess.Ended ended = run.await();
      assertThat(ended.exit()).as(ended.out()).isEqualTo(1);
      assertThat(ended.out()).contains(yes ? "[12]\r\n" : "[0]\r\n");
    }
  }

  @Test
  void theListInTheSourceIsNeverSent() throws Exception {
    desk.file(".groundbuild/secrets.yaml", "ONE: 'in the source'\n");
    Files.setPosixFilePermissions(
        desk.source().resolve(".groundbuild/secrets.yaml"),
        PosixFilePermissions.fromString("rw-------"));
    desk.config(
        """
        steps: [{name: busybox, secretEnv: [ONE], script: 'ls -a; printf %s "$ONE" | wc -c'}]
        """
            + AVAILABLE);
    CliProcess.Ended ended = desk.run("run", "--no-ignore");
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("\n13\n").doesNotContain(".groundbuild");
    for (String text : written(desk.root().resolve("state"))) {
      assertThat(text).doesNotContain("in the source");
    }
  }

  @Test
  void aListThatEveryStepCouldReadIsRefused() throws Exception {
    desk.file(".groundbuild/secrets.yaml", "ONE: 'in the source'\n");
    desk.config("steps: [{name: busybox, script: cat .groundbuild/*}]");
    CliProcess.Ended ended = desk.run("run", "--bind-mount-source");
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err())
        .contains("every step could read .groundbuild/secrets.yaml; move it to ~/.config/");
    assertThat(ended.out()).doesNotContain("in the source");
  }

  @Test
  void theSecretsOfFinallyStepsAreLookedForToo() throws Exception {
    desk.config("steps: [{name: busybox}]\n" + AVAILABLE);
    desk.file("groundbuild.yaml", "finally: [{name: busybox, secretEnv: [ONE]}]\n");
    CliProcess.Ended there =
        run(Map.of("HERE", "value"), "secrets", "check", "--secret=ONE=env:HERE");
    assertThat(there.exit()).as(there.err() + there.out()).isZero();
    assertThat(there.out()).contains("ok       ONE");
    assertThat(desk.run("secrets", "check", "--no-overlay").out())
        .contains("no step wants a secret");
  }

  @Test
  void theSampleRunsAsItsReadmeSays() throws Exception {
    Path sample = Path.of(System.getProperty("groundbuild.root", "."), "samples/secrets");
    for (String name : List.of("cloudbuild.yaml", "README.md")) {
      Files.copy(sample.resolve(name), desk.source().resolve(name));
    }
    Path list = desk.source().resolve(".groundbuild/secrets.yaml");
    Files.createDirectories(list.resolveSibling("."));
    Files.copy(sample.resolve("example-secrets.yaml"), list);
    Files.setPosixFilePermissions(list, PosixFilePermissions.fromString("rw-------"));
    CliProcess.Ended check = desk.run("secrets", "check");
    assertThat(check.exit()).as(check.err() + check.out()).isZero();
    CliProcess.Ended ended = desk.run("run");
    assertThat(ended.exit()).as(ended.err() + ended.out()).isZero();
    assertThat(ended.out())
        .contains("the greeting is ***\n", "it has 20 bytes", "a key of 3 lines")
        .doesNotContain("good morning", "bm90IGEga2V5");
  }
}
