package dev.groundbuild.runner.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.Preparation;
import dev.groundbuild.runner.StepRetries;
import dev.groundbuild.runner.config.BuildConfig;
import dev.groundbuild.runner.config.ConfigReader;
import dev.groundbuild.runner.config.Door;
import dev.groundbuild.runner.config.Problem;
import dev.groundbuild.runner.overlay.Cache.KeyPart;
import dev.groundbuild.runner.overlay.SideContainer.Check;
import dev.groundbuild.runner.overlay.SideContainer.Port;
import dev.groundbuild.steps.StepSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an overlay says, and what is said of one that is wrong. */
final class OverlayReaderTest {
  private static final String CONFIG =
      """
      substitutions: {_TAG: v7}
      steps:
      - {id: test, name: busybox, args: ['$_TAG'], volumes: [{name: data, path: /data}]}
      - {id: app, name: busybox, volumes: [{name: data, path: /data}]}
      """;

  private static final String WHOLE =
      """
      services:
        db:
          image: postgres:$_TAG
          env: [PASSWORD=a=b, EMPTY=]
          args: one
          ready: {tcp: 5432, timeout: 1m30s}
          ports: ["127.0.0.1:5000:5432", "5001:80"]
          volumes: [{name: data, path: /var/data}]
        web:
          image: busybox
          entrypoint: [/bin/httpd, -f]
          env: {A: 1, B: yes}
          ready: {http: 8080/health}
        shell: {image: busybox, ready: {command: pg_isready -q}}
      caches:
      - {name: maven, path: /builder/home/.m2/, key: 'v1-${_TAG}-{{ checksum "pom.xml" "a/pom.xml" }}-x'}
      - {name: npm, path: /npm, keyFiles: ["**/package-lock.json"], keep: 5}
      steps:
        test:
          retries: {count: 3, exitCodes: [75, 1], pause: 5s}
        1:
          retries: 2
          commit:
            image: gcr.io/$PROJECT_ID/app
            tags: [$_TAG, latest]
            entrypoint: /app
            cmd: []
            ports: [8080, 53/udp]
            env: {A: "$$HOME"}
            labels: [a=b]
            stopSignal: SIGINT
      finally:
      - {name: "busybox:$_TAG", args: [tidy]}
      - {id: second, name: busybox, waitFor: ['-']}
      """;

  @Test
  void everythingThatAnOverlaySaysIsRead() {
    OverlayReader.Read read = read(WHOLE);
    assertThat(read.problems()).isEmpty();
    Overlay overlay = read.overlay();
    SideContainer db = overlay.services().getFirst();
    assertThat(db.name()).isEqualTo("db");
    assertThat(db.image()).isEqualTo("postgres:v7");
    assertThat(db.env()).isEqualTo(Map.of("PASSWORD", "a=b", "EMPTY", ""));
    assertThat(db.args()).containsExactly("one");
    assertThat(db.ready())
        .isEqualTo(new SideContainer.Readiness(new Check.Tcp(5432), Duration.ofSeconds(90)));
    assertThat(db.ports())
        .containsExactly(new Port("127.0.0.1", 5000, 5432), new Port("127.0.0.1", 5001, 80));
    assertThat(db.volumes()).containsExactly(new StepSpec.StepVolume("data", "/var/data"));
    SideContainer web = overlay.services().get(1);
    assertThat(web.entrypoint()).containsExactly("/bin/httpd", "-f");
    assertThat(web.env()).isEqualTo(Map.of("A", "1", "B", "yes"));
    assertThat(web.ready().check()).isEqualTo(new Check.Http(8080, "/health"));
    assertThat(web.ready().timeout()).isEqualTo(SideContainer.TIMEOUT);
    assertThat(overlay.services().get(2).ready().check())
        .isEqualTo(new Check.Command(List.of("/bin/sh", "-c", "pg_isready -q")));
  }

  @Test
  void cachesHaveKeysOfTextsAndChecksums() {
    List<Cache> caches = read(WHOLE).overlay().caches();
    assertThat(caches)
        .containsExactly(
            new Cache(
                "maven",
                "/builder/home/.m2",
                List.of(
                    new KeyPart.Text("v1-v7-"),
                    new KeyPart.Checksum(List.of("pom.xml", "a/pom.xml")),
                    new KeyPart.Text("-x")),
                Cache.KEPT),
            new Cache(
                "npm", "/npm", List.of(new KeyPart.Checksum(List.of("**/package-lock.json"))), 5));
  }

  @Test
  void stepsAreNamedByIdOrNumber() {
    Overlay overlay = read(WHOLE).overlay();
    assertThat(overlay.retries())
        .containsOnly(
            Map.entry(0, new StepRetries(3, false, Set.of(1, 75), Duration.ofSeconds(5))),
            Map.entry(1, new StepRetries(2, true, Set.of(), Duration.ofSeconds(1))));
    Commit commit = Objects.requireNonNull(overlay.commits().get(1));
    assertThat(commit.names()).containsExactly("gcr.io/p/app:v7", "gcr.io/p/app:latest");
    assertThat(commit.entrypoint()).contains(List.of("/app"));
    assertThat(commit.cmd()).contains(List.of());
    assertThat(commit.ports()).containsExactly("8080/tcp", "53/udp");
    assertThat(commit.env()).isEqualTo(Map.of("A", "$HOME"));
    assertThat(commit.workdir()).isEmpty();
  }

  @Test
  void lastStepsComeAfterTheBuildsOwn() {
    Optional<LastSteps> last = read(WHOLE).overlay().last();
    assertThat(last).isPresent();
    List<StepSpec> steps = last.orElseThrow().steps();
    assertThat(steps).extracting(StepSpec::index).containsExactly(2, 3);
    assertThat(steps.getFirst().image()).isEqualTo("busybox:v7");
    assertThat(last.orElseThrow().plan().waitFor().get(3)).isEmpty();
  }

  @Test
  void theLastStepsMayHaveAnotherLimit() {
    Overlay overlay = read("finallyTimeout: 7m\nfinally: [{name: busybox}]\n").overlay();
    assertThat(overlay.last().orElseThrow().limit()).isEqualTo(Duration.ofMinutes(7));
    assertThat(read(WHOLE).overlay().last().orElseThrow().limit()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void peopleAndProgramsAreToldWhatItAdds() {
    Overlay overlay = read(WHOLE).overlay();
    assertThat(OverlayLines.counts(overlay))
        .isEqualTo("3 services, 2 caches, 2 steps with retries, 1 commit, 2 last steps");
    assertThat(OverlayJson.of(overlay)).containsOnlyKeys("services", "caches", "commits");
    assertThat(OverlayJson.of(overlay).get("commits"))
        .hasToString("[{\"step\":1,\"images\":[\"gcr.io/p/app:v7\",\"gcr.io/p/app:latest\"]}]");
    assertThat(OverlayJson.of(Overlay.NONE)).isEmpty();
  }

  @Test
  void everyStepSeesTheCaches() {
    Preparation preparation =
        Preparation.of(config(CONFIG), Map.of("PROJECT_ID", "p"), Map.of(), Door.UNION);
    BuildPlan plan = read(WHOLE).overlay().over(((Preparation.Ready) preparation).plan());
    assertThat(plan.steps())
        .allSatisfy(step ->
            assertThat(step.volumes())
                .contains(
                    new StepSpec.StepVolume("data", "/data"),
                    new StepSpec.StepVolume("cache_maven", "/builder/home/.m2"),
                    new StepSpec.StepVolume("cache_npm", "/npm")));
  }

  @Test
  void everyMistakeIsReportedAtItsPlace() {
    assertThat(
            said(
                """
                servces: {}
                services:
                  Db: {image: busybox}
                  db: {imagee: busybox, ready: {tcp: 99999, http: 80, timeout: soon}}
                  web: {image: "A b", ports: [80], volumes: [{name: dat, path: /d}], env: [X]}
                caches:
                - {name: a b, path: rel}
                - {name: x, path: /workspace, key: '{{ hash "a" }}', keep: 0}
                - {name: y, path: /data, keyFiles: [../up]}
                steps:
                  tset: {retries: {cuont: 2}}
                  app: {commit: {tags: ['$_NO', 'a b'], ports: [x], workdir: w, stopSignal: TERM}}
                  0: {retries: {count: 99, on: [infrastructur], exitCodes: [0]}}
                  test: [1]
                finally:
                - {name: busybox, argz: [a]}
                - {args: [a], waitFor: [nobody]}
                """))
        .containsExactlyInAnyOrder(
            "1:1 unknown key \"servces\" in an overlay; did you mean \"services\"?",
            "3:3 invalid service name \"Db\": steps reach it by that name, so it must match [a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?",
            "4:7 a service needs an image",
            "4:8 unknown key \"imagee\" in a service; did you mean \"image\"?",
            "4:38 tcp must be a whole number from 1 to 65535, not \"99999\"",
            "4:51 tcp and http exclude each other; keep one of them",
            "4:64 timeout must be a duration such as 30s or 2m, not \"soon\"",
            "5:16 invalid image name \"A b\"; an image name has the form [host[:port]/]path[:tag][@sha256:digest]",
            "5:30 \"80\" is not of the form [ADDRESS:]PORT:PORT, such as 127.0.0.1:5000:5000 (quote it)",
            "5:53 no step of the build config has a volume \"dat\"; did you mean \"data\"?",
            "5:75 \"X\" is not of the form NAME=value",
            "7:10 invalid cache name \"a b\": it must match [a-zA-Z0-9][a-zA-Z0-9_.-]{0,99}",
            "7:21 cache path \"rel\" must be absolute and plain, such as /builder/home/.m2",
            "8:19 cache path \"/workspace\" is where the build has something of its own; choose a folder below or beside it",
            "8:36 \"{{ hash \"a\" }}\" is not known in a key; write {{ checksum \"pom.xml\" }}",
            "8:60 keep must be a whole number from 1 to 100, not \"0\"",
            "9:19 cache path \"/data\" is where the build config has a volume",
            "9:36 \"../up\" must be a file of the source, relative to /workspace",
            "11:3 the build config has no step \"tset\"; did you mean \"test\"?",
            "11:19 retries need a count: how many further attempts there are",
            "11:20 unknown key \"cuont\" in retries; did you mean \"count\"?",
            "12:17 commit needs the image's name",
            "12:25 key in the template \"_NO\" is not matched in the substitution data; pass --substitutions=_NO=...",
            "12:24 invalid tag \"a b\": it must match \\w[\\w.-]{0,127}",
            "12:48 \"x\" is no port; write 8080 or 53/udp",
            "12:62 \"w\" must be an absolute path",
            "12:77 \"TERM\" is no signal; write SIGTERM, say",
            "13:24 count must be a whole number from 1 to 10, not \"99\"",
            "13:32 \"infrastructur\" is nothing to retry on; did you mean \"infrastructure\"?",
            "13:61 exitCodes must be a whole number from 1 to 255, not \"0\"",
            "14:9 a mapping is wanted here, not a list: such as {retries: {count: 2}}",
            "16:19 unknown field \"argz\" in BuildStep; did you mean \"args\"?",
            "17:3 a step needs a name: the image that it runs",
            "17:25 invalid .steps field: build step #3 depends on \"nobody\", which has not been defined; no step has that id: give it to the step that is meant");
  }

  @Test
  void lastStepsAreCheckedAsStepsOfTheBuild() {
    assertThat(said("finally:\n- {name: busybox, waitFor: [tset]}\n- {id: test, name: 'A b'}\n"))
        .hasSize(3)
        .anyMatch(line -> line.startsWith("2:") && line.contains("did you mean \"test\"?"))
        .anyMatch(line -> line.startsWith("3:") && line.contains("A b"));
  }

  @Test
  void aFileWithNothingButCommentsSaysNothing() {
    for (String text :
        List.of("", "\n# services:\n#   db: {}\n", "---\n", "services:\ncaches:\n")) {
      OverlayReader.Read read = read(text);
      assertThat(read.problems()).as(text).isEmpty();
      assertThat(read.overlay()).isEqualTo(Overlay.NONE);
    }
  }

  @Test
  void whatIsNoMappingIsRefused() {
    assertThat(said("- a\n"))
        .containsExactly("1:1 the overlay is no mapping; it begins with keys such as services:");
    assertThat(said("a: b: c\n")).hasSize(1).first().asString().startsWith("1:5 ");
  }

  @Test
  void anAliasThatContainsItselfIsRefused() {
    assertThat(said("services: &a\n  db: *a\n")).isNotEmpty();
  }

  @Test
  void anOverlayOfARefusedConfigIsLookedAtAllTheSame() {
    BuildConfig config = config("steps:\n- {id: test, nmae: busybox}\n");
    List<Problem> problems =
        OverlayReader.look("o.yaml", bytes("services: {db: {image: 'a:$_X', argz: 1}}\n"), config);
    assertThat(problems)
        .extracting(Problem::toString)
        .containsExactly("o.yaml:1:33: unknown key \"argz\" in a service; did you mean \"args\"?");
  }

  @Test
  void noChangeOfATextMakesTheReaderFail() {
    Random random = new Random(7);
    String signs = "{}[]:,-#&*!|>'\"%@`$\n \t0aé\\<";
    for (int round = 0; round < 3000; round++) {
      StringBuilder text = new StringBuilder(WHOLE);
      for (int change = random.nextInt(4); change >= 0; change--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, signs.charAt(random.nextInt(signs.length())));
          default -> text.setCharAt(at, signs.charAt(random.nextInt(signs.length())));
        }
      }
      List<Problem> problems = read(text.toString()).problems();
      assertThat(problems).as(text.toString()).allMatch(p -> p.position().isPresent());
    }
  }

  private static List<String> said(String overlay) {
    return read(overlay).problems().stream()
        .map(p ->
            p.position().map(at -> at.line() + ":" + at.column() + " ").orElse("? ") + p.message())
        .toList();
  }

  private static OverlayReader.Read read(String overlay) {
    Preparation preparation =
        Preparation.of(config(CONFIG), Map.of("PROJECT_ID", "p"), Map.of(), Door.UNION);
    assertThat(preparation).isInstanceOf(Preparation.Ready.class);
    return OverlayReader.read(
        "groundbuild.yaml", bytes(overlay), (Preparation.Ready) preparation, Door.UNION);
  }

  private static BuildConfig config(String yaml) {
    return ConfigReader.read("cloudbuild.yaml", bytes(yaml), Door.UNION);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
