package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.runner.cli.CliProcess.Ended;
import dev.groundbuild.steps.engine.ContainerEngine.Owned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Builds with a groundbuild.yaml, on the real engine. */
final class OverlayTest {
  private static final String CACHE = "dev.groundbuild.cache";
  private static final String CACHE_VOLUME = "dev.groundbuild.cache-volume";

  @RegisterExtension private final Desk desk = new Desk();

  /** The engine's caches are everybody's. */
  private final String cache = "test-" + UUID.randomUUID();

  @AfterEach
  void removeCache() {
    states().forEach(state -> desk.engine().remove(state.id()));
    for (Owned volume : volumes()) {
      desk.engine().removeVolume(volume.name());
    }
  }

  private List<Owned> states() {
    return desk.engine().owned(CACHE, Optional.of(cache));
  }

  private List<Owned> volumes() {
    return desk.engine().owned(CACHE_VOLUME, Optional.of(cache));
  }

  private void overlay(String yaml) throws IOException {
    desk.file("groundbuild.yaml", yaml);
  }

  @Test
  void stepsReachServicesThatAreReady() throws Exception {
    desk.config(
        """
        steps:
        - {name: busybox, script: 'nc -w 5 db 5432 </dev/null; wget -qO- http://web:8080/'}
        """);
    overlay(
        """
        services:
          db:
            image: busybox
            args: [sh, -c, 'echo begins; sleep 1; while true; do echo "says $$NAME" | nc -l -p 5432; done']
            env: {NAME: "db of $PROJECT_ID"}
            ready: {tcp: 5432, timeout: 30s}
          web:
            image: busybox
            entrypoint: [sh, -c]
            args: ['mkdir /www; sleep 1; echo a page > /www/index.html; httpd -f -p 8080 -h /www']
            ready: {http: 8080/index.html}
          slow: {image: busybox, args: [sh, -c, 'sleep 1; touch /ok; sleep 1000'], ready: {command: [test, -f, /ok]}}
        """);
    Ended run = desk.run("run", "--project=p");
    assertThat(run.exit()).as(run.out() + run.err()).isZero();
    assertThat(run.out())
        .contains("service \"db\": begins\n", "says db of p\n", "a page\n")
        .contains("service \"slow\": ready\n");
    assertThat(run.out().indexOf("service \"slow\": ready"))
        .isLessThan(run.out().indexOf("\nBUILD\n"));
    assertThat(desk.run("log").out()).contains("service \"db\": begins\n");
    assertThat(desk.left()).isEmpty();
  }

  @Test
  void aServiceThatIsNotReadyInTimeFailsTheBuildWithItsLastLines() throws Exception {
    desk.config("steps: [{name: busybox, args: [echo, never]}]\n");
    overlay(
        """
        services:
          db: {image: busybox, args: [sh, -c, 'echo nothing doing; sleep 1000'], ready: {tcp: 5432, timeout: 1s}}
        """);
    Ended run = desk.run("run", "--build-json=build.json");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out() + run.err())
        .contains("service \"db\" is not ready after 1 s: nothing listens on port 5432")
        .contains("its last lines: nothing doing");
    assertThat(desk.build().getFailureInfo().getDetail()).contains("service \"db\"");
    assertThat(run.out()).doesNotContain("never\n");
  }

  @Test
  void aServiceThatEndsOrHasNoImageFailsTheBuild() throws Exception {
    desk.config("steps: [{name: busybox, args: [echo, never]}]\n");
    overlay(
        """
        services:
          slow: {image: busybox, args: [sleep, '1000'], ready: {tcp: 1, timeout: 10m}}
          db: {image: busybox, args: [sh, -c, 'echo oh; printf no-line-feed; exit 3'], ready: {tcp: 1}}
        """);
    Ended ended = desk.run("run");
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.out() + ended.err())
        .contains(
            "service \"db\" ended with exit code 3 before it was ready; its last lines: oh | no-line-feed")
        .contains("service \"db\": no-line-feed");
    overlay("services: {db: {image: busybox, entrypoint: /no/such/program}}\n");
    Ended refused = desk.run("run");
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.out() + refused.err()).contains("service \"db\" could not be started");
  }

  @Test
  void servicesOfAKilledRunAreRemovedByTheNextOne() throws Exception {
    desk.config("steps: [{name: busybox, script: 'echo runs; sleep 1000'}]\n");
    overlay("services: {db: {image: busybox, args: [sleep, '1000']}}\n");
    CliProcess killed = desk.start("run");
    killed.awaitOut("runs");
    killed.signal("KILL");
    killed.await();
    assertThat(desk.left(killed)).anyMatch(o -> o.name().endsWith("_service_db"));
    desk.config("steps: [{name: busybox, args: ['true']}]\n");
    assertThat(desk.run("run", "--no-overlay").exit()).isZero();
    assertThat(desk.left(killed)).isEmpty();
  }

  @Test
  void aCancelledBuildDoesNotWaitForItsServices() throws Exception {
    desk.config("steps: [{name: busybox, args: [echo, never]}]\n");
    overlay(
        "services: {db: {image: busybox, args: [sh, -c, 'echo waits; sleep 1000'], ready: {tcp: 1, timeout: 10m}}}\n");
    CliProcess run = desk.start("run");
    run.awaitOut("waits");
    run.signal("INT");
    assertThat(run.await().exit()).isEqualTo(130);
    assertThat(desk.left()).isEmpty();
  }

  @Test
  void aCacheComesBackAndAFailedBuildDoesNotChangeIt() throws Exception {
    desk.file("pom.xml", "one");
    overlay(
        "caches: [{name: %s, path: /kept, key: 'v-{{ checksum \"pom.xml\" }}'}]\n"
            .formatted(cache));
    desk.config("steps: [{name: busybox, script: 'ls /kept; echo 1 > /kept/first'}]\n");
    Ended first = desk.run("run");
    assertThat(first.exit()).as(first.out() + first.err()).isZero();
    assertThat(first.out()).contains(": empty for key v-", ": saved for key v-");

    desk.config("steps: [{name: busybox, script: 'rm /kept/first; echo 2 > /kept/bad; exit 1'}]\n");
    assertThat(desk.run("run").exit()).isEqualTo(1);

    desk.config("steps: [{name: busybox, script: 'echo found $(ls /kept)'}]\n");
    Ended third = desk.run("run");
    assertThat(third.out()).contains("found first\n", ": restored for key v-");
    assertThat(third.out()).doesNotContain(": saved");

    desk.file("pom.xml", "two");
    desk.config("steps: [{name: busybox, script: 'echo found $(ls /kept); touch /kept/second'}]\n");
    Ended fourth = desk.run("run");
    assertThat(fourth.out()).contains("restored the newest", "found first\n", ": saved for key v-");
    assertThat(states()).hasSize(2);
    assertThat(volumes()).hasSize(2);
    assertThat(desk.run("caches").out()).containsPattern(cache + " .* ago  v-");

    desk.file("pom.xml", "one");
    assertThat(desk.run("run").out()).contains("found first\n");
  }

  @Test
  void aCacheWithoutKeyKeepsTheNewestStateOfBuildsThatRanAtOnce() throws Exception {
    overlay("caches: [{name: %s, path: /kept}]\n".formatted(cache));
    desk.config(
        "steps: [{name: busybox, script: 'ls /kept | wc -l; date +%s%N >> /kept/all; sleep 1'}]\n");
    CliProcess one = desk.start("run");
    CliProcess other = desk.start("run");
    assertThat(one.await().exit()).isZero();
    assertThat(other.await().exit()).isZero();
    assertThat(states()).hasSize(1);
    Ended next = desk.run("run");
    assertThat(next.out()).contains(": restored, ").contains("\n1\n");
  }

  @Test
  void aServiceThatWritesToACacheEndsBeforeThatIsSaved() throws Exception {
    overlay(
        """
        services:
          writer:
            image: busybox
            args: [sh, -c, 'trap "echo > /w/end; exit" TERM; touch /w/up; while true; do sleep 0.1; done']
            volumes: [{name: cache_%1$s, path: /w}]
        caches: [{name: %1$s, path: /kept, keyFiles: [none.txt]}]
        """
            .formatted(cache));
    desk.config(
        "steps: [{name: busybox, script: 'ls /kept; until [ -e /kept/up ]; do sleep 0.1; done'}]\n");
    Ended first = desk.run("run");
    assertThat(first.exit()).as(first.out() + first.err()).isZero();
    assertThat(first.out())
        .contains("warning: the key's file none.txt is not there")
        .contains(": saved")
        .doesNotContain("\nend\n");
    assertThat(desk.run("run").out()).contains("end\n");
    assertThat(desk.left()).isEmpty();
  }

  @Test
  void aStepBecomesAnImageWithoutItsVariables() throws Exception {
    String image = "overlay-test-" + UUID.randomUUID();
    desk.config(
        """
        steps:
        - id: app
          name: busybox
          env: [PASSWORD=hunter2]
          script: 'mkdir /app; echo "made by $$$$" >/dev/null; echo hello > /app/greeting; echo x > file'
        - {name: gcr.io/cloud-builders/docker, args: [run, --rm, '%1$s:v1']}
        - {name: gcr.io/cloud-builders/docker, args: [inspect, '%1$s:latest']}
        - {name: gcr.io/cloud-builders/docker, args: [history, --no-trunc, '%1$s:v1']}
        images: ['%1$s']
        """
            .formatted(image));
    overlay(
        """
        steps:
          app:
            commit:
              image: %s
              tags: [v1, latest]
              entrypoint: [cat]
              cmd: [greeting]
              ports: [8080]
              workdir: /app
              env: [GREETING=hi]
              labels: {who: me}
              user: nobody
              author: An Author
              stopSignal: SIGINT
        """
            .formatted(image));
    try {
      Ended run = desk.run("run", "--no-ignore");
      assertThat(run.exit()).as(run.out() + run.err()).isZero();
      assertThat(run.out())
          .contains("Made image: " + image + ":v1, " + image + ":latest", ": hello\n")
          .contains("\"GREETING=hi\"", "\"8080/tcp\": {}", "\"User\": \"nobody\"")
          .contains("\"Author\": \"An Author\"", "\"StopSignal\": \"SIGINT\"", "\"who\": \"me\"")
          .doesNotContain("hunter2", "BUILDER_OUTPUT=");
    } finally {
      desk.engine().removeImage(image + ":v1");
      desk.engine().removeImage(image + ":latest");
    }
    assertThat(desk.temporary()).isEmpty();
  }

  @Test
  void anOverlayThatIsWrongIsRefusedBeforeAnythingRuns() throws Exception {
    desk.config("steps: [{id: test, name: busybox}]\n");
    overlay("steps:\n  tset: {retries: 2}\n");
    for (String command : List.of("run", "validate", "plan")) {
      Ended ended = desk.run(command);
      assertThat(ended.exit()).as(command).isEqualTo(2);
      assertThat(ended.out() + ended.err())
          .contains(
              "groundbuild.yaml:2:3: the build config has no step \"tset\"; did you mean \"test\"?");
      assertThat(desk.run(command, "--no-overlay", ".").exit()).isZero();
    }
  }

  @Test
  void aRerunHasTheOverlayThatItsBuildHad() throws Exception {
    desk.config("steps: [{name: busybox, script: 'wget -qO- http://web:8080/'}]\n");
    Path overlay =
        desk.file(
            "groundbuild.yaml",
            """
            services:
              web:
                image: busybox
                args: [sh, -c, 'mkdir /www; echo a page > /www/index.html; httpd -f -p 8080 -h /www']
                ready: {tcp: 8080}
            """);
    assertThat(desk.run("run").exit()).isZero();
    Files.delete(overlay);
    Ended rerun = desk.run("rerun");
    assertThat(rerun.exit()).as(rerun.out() + rerun.err()).isZero();
    assertThat(rerun.out()).contains("a page\n");
  }

  @Test
  void withoutAnOverlayNothingOfItIsLoaded() throws Exception {
    desk.config("steps: [{name: busybox, args: [echo, hello]}]\n");
    Path log = desk.root().resolve("classes.log");
    CliProcess run =
        desk.startWith(Map.of("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + log), "run");
    assertThat(run.await().exit()).isZero();
    assertThat(Files.readString(log))
        .contains("dev.groundbuild.runner.RunningBuild")
        .doesNotContain("dev.groundbuild.runner.overlay.");
  }

  @Test
  void whatInitWritesIsValidAndNothingIsOverwritten() throws Exception {
    for (String file : List.of("Dockerfile", "pom.xml", "package.json", "go.mod")) {
      Path folder = Files.createDirectories(desk.source().resolve(file + ".d"));
      Files.writeString(folder.resolve(file), "x");
      InProcess.Ended init = here(folder, "init");
      assertThat(init.exit()).isZero();
      assertThat(init.out())
          .contains("wrote cloudbuild.yaml", "for " + file, "wrote groundbuild.yaml");
      InProcess.Ended valid = here(folder, "validate");
      assertThat(valid.exit()).as(valid.out() + valid.err()).isZero();
      assertThat(valid.out()).contains("groundbuild.yaml: ok\n");
      Files.writeString(folder.resolve("groundbuild.yaml"), "caches:\n");
      assertThat(here(folder, "init").out())
          .contains("cloudbuild.yaml is there already", "groundbuild.yaml is there already");
      assertThat(folder.resolve("groundbuild.yaml")).hasContent("caches:\n");
    }
  }

  @Test
  void theExamplesThatInitWritesAreValidOnceTheyAreNoComments() throws Exception {
    Path folder = Files.createDirectories(desk.source().resolve("all"));
    assertThat(here(folder, "init").out()).contains("no build config", "wrote groundbuild.yaml");
    Path file = folder.resolve("groundbuild.yaml");
    String examples = Files.readString(file).replaceAll("(?m)^# (?=( |-|[a-z]+:))", "");
    Files.writeString(file, examples);
    Files.writeString(
        folder.resolve("cloudbuild.yaml"),
        "steps: [{id: test, name: busybox}, {id: app, name: busybox}]\n");
    InProcess.Ended valid = here(folder, "validate");
    assertThat(valid.out())
        .as(examples)
        .contains("1 service, 1 cache, 1 step with retries, 1 commit, 1 last step");
    assertThat(valid.exit()).isZero();
    assertThat(here(folder, "plan").out())
        .contains("service  db  postgres:17", "retries  #0", "commit   #1", "finally  #0");
  }

  @Test
  void aBuildThatIsLookedAtNeedsNoCommit() throws Exception {
    desk.config("steps: [{id: app, name: busybox}]\n");
    overlay("steps: {app: {commit: {image: 'gcr.io/$PROJECT_ID/app', tags: [$COMMIT_SHA]}}}\n");
    assertThat(here(desk.source(), "validate").exit()).isZero();
    assertThat(here(desk.source(), "plan", "--project=p").out())
        .contains("commit   #0  gcr.io/p/app:commit_sha");
    Ended run = desk.run("run");
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("a tag is empty: its substitution has no value here");
  }

  private static InProcess.Ended here(Path folder, String... args) {
    return InProcess.run(List.of(args), "", Map.of(), folder);
  }
}
