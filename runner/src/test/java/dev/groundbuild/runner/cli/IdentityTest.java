package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.runner.identity.FakeGoogle;
import dev.groundbuild.steps.engine.RegistryLogin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who a build's steps are, seen from inside them. */
final class IdentityTest {
  private static final String ASK =
      """
      steps:
      - name: busybox
        script: |
          ask() { wget -q -O - --header 'Metadata-Flavor: Google' "$1"; }
          ask http://metadata.google.internal/computeMetadata/v1/project/project-id; echo
          ask http://metadata/computeMetadata/v1/instance/service-accounts/default/email; echo
          ask http://${GCE_METADATA_HOST:-169.254.169.254}/computeMetadata/v1/instance/service-accounts/default/token
          ask http://metadata/computeMetadata/v1/instance/service-accounts/default/token
      """;

  @RegisterExtension private final Desk desk = new Desk();

  @Test
  void aStepGetsTheTokenOfTheKeyFile() throws Exception {
    desk.config(ASK);
    try (FakeGoogle google = new FakeGoogle(3600)) {
      CliProcess.Ended ended =
          run("--project=my-project", "--credentials=" + google.keyFile(desk.root()));
      assertThat(ended.exit()).as(ended.out() + ended.err()).isZero();
      assertThat(google.tokens()).hasSize(1);
      assertThat(ended.out())
          .contains("my-project\n", FakeGoogle.ACCOUNT)
          .contains("\"access_token\":\"***")
          .doesNotContain(google.tokens())
          .containsOnlyOnce("a step asked for a token of Google's; steps are ");
    }
  }

  @Test
  void withoutCredentialsTheBuildSaysOnceThatThereIsNoToken() throws Exception {
    desk.config(ASK.replace("ask() {", "ask() { true;") + "    true\n");
    CliProcess.Ended ended = run();
    assertThat(ended.out())
        .contains("local-project\n")
        .containsOnlyOnce("gcloud auth application-default login");
  }

  @Test
  void aBuildThatAsksNothingIsToldNothing() throws Exception {
    desk.config("steps: [{name: busybox, args: [env]}]");
    assertThat(run().out()).doesNotContain("token", "credentials");
    assertThat(run("--identity=off").exit()).isZero();
  }

  /** Cloud Build: it does with --network=cloudbuild. */
  @Test
  void whatAStepStartsOnTheBuildsNetworkKnowsTheServerToo() throws Exception {
    desk.file(
        "Dockerfile",
        "FROM busybox\nRUN wget -q -O /id --header 'Metadata-Flavor: Google'"
            + " http://metadata.google.internal/computeMetadata/v1/project/project-id\n"
            + "CMD [\"cat\", \"/id\"]\n");
    desk.config(
        """
        steps:
        - name: gcr.io/cloud-builders/docker
          script: |
            docker run --rm --network=cloudbuild busybox wget -q -O - --header 'Metadata-Flavor: Google' \
              http://metadata/computeMetadata/v1/project/
            docker build -q --network=cloudbuild -t id-$BUILD_ID .
            docker run --rm id-$BUILD_ID
            docker rmi id-$BUILD_ID
          automapSubstitutions: true
        """);
    CliProcess.Ended ended = run("--project=nested-project");
    assertThat(ended.exit()).as(ended.out() + ended.err()).isZero();
    assertThat(ended.out()).contains("numeric-project-id\n", "nested-project");
  }

  @Test
  void aLoginForGooglesRegistryIsThereAndStaysFresh() throws Exception {
    desk.config(
        """
        steps:
        - name: busybox
          env: ['IMAGE=europe-docker.pkg.dev/p/r/app']
          script: |
            for i in 1 2 3 4 5 6 7 8 9 10 11; do
              grep auth\\" /builder/home/.docker/config.json | cut -d'"' -f4 | tr -d '\\n' | md5sum
              date +%s
              sleep 1
            done
        """);
    try (FakeGoogle google = new FakeGoogle(5)) {
      CliProcess.Ended ended =
          run("--credentials=" + google.keyFile(desk.root()), "--build-json=build.json");
      assertThat(ended.exit()).as(ended.out() + ended.err()).isZero();
      List<String> seen = google.tokens().stream().map(IdentityTest::hash).toList();
      Matcher lines = Pattern.compile("([0-9a-f]{32})  -\\n([0-9]+)\\n").matcher(ended.out());
      int last = -1;
      int count = 0;
      while (lines.find()) {
        int now = seen.indexOf(lines.group(1));
        assertThat(now).as(ended.out()).isGreaterThanOrEqualTo(Math.max(0, last));
        assertThat(google.given(now).plusSeconds(5).getEpochSecond())
            .as("end of the token in the file")
            .isGreaterThanOrEqualTo(Long.parseLong(lines.group(2)));
        last = now;
        count++;
      }
      assertThat(count).isEqualTo(11);
      assertThat(last).isGreaterThanOrEqualTo(2);
      assertNowhere(google.tokens());
      assertThat(ended.out() + ended.err()).doesNotContain(google.tokens());
    }
  }

  @Test
  void whatAStepPrintsOfItsLoginsIsHiddenEverywhere() throws Exception {
    desk.config(
        """
        steps:
        - name: busybox
          env: ['IMAGE=europe-docker.pkg.dev/p/r/app']
          script: |
            cat /builder/home/.docker/config.json
            wget -q -O - --header 'Metadata-Flavor: Google' \
              "http://${GCE_METADATA_HOST:-metadata}/computeMetadata/v1/instance/service-accounts/default/token" \
              | tee $BUILDER_OUTPUT/output
        """);
    try (FakeGoogle google = new FakeGoogle(3600)) {
      CliProcess.Ended ended =
          run("--credentials=" + google.keyFile(desk.root()), "--build-json=build.json");
      assertThat(ended.exit()).as(ended.out() + ended.err()).isZero();
      assertThat(ended.out())
          .contains("\"auth\": \"***\"", "\"access_token\":\"***\"")
          .doesNotContain(google.tokens());
      assertNowhere(google.tokens());
    }
  }

  @Test
  void aConfigurationThatIsNoneIsSaidInOneLine() throws Exception {
    Files.createDirectory(desk.root().resolve("home/.docker"));
    Files.writeString(desk.root().resolve("home/.docker/config.json"), "{oops");
    desk.config("steps: [{name: busybox, args: [echo, done]}]");
    CliProcess.Ended ended = run();
    assertThat(ended.exit()).as(ended.out() + ended.err()).isZero();
    assertThat(ended.out() + ended.err())
        .containsOnlyOnce("steps get none of your own logins for registries: ");
  }

  @Test
  void theUsersOwnLoginsGoOnlyWhereTheConfigNamesTheirRegistry() throws Exception {
    Files.createDirectory(desk.root().resolve("home/.docker"));
    Files.writeString(
        desk.root().resolve("home/.docker/config.json"),
        "{\"auths\": {\"r.test:5000\": {\"auth\": \"bWU6bXlwYXNz\"}, \"s.test\": {\"auth\": \"eDp5\"}}}");
    String show = "script: 'ls -A /builder/home; cat /builder/home/.docker/config.json || true'";
    desk.config("steps:\n- name: busybox\n  " + show + "\n");
    assertThat(run().out()).contains(".gitconfig").doesNotContain("auths");
    desk.config("steps:\n- name: busybox\n  " + show + "\n  env: ['TO=r.test:5000/app']\n");
    assertThat(run().out())
        .contains("\"r.test:5000\"", "***")
        .doesNotContain("s.test", "bWU6bXlwYXNz");
  }

  @Test
  void aKilledBuildsRuleIsRemoved() throws Exception {
    desk.config("steps: [{name: busybox, args: [sh, -c, 'echo here; sleep 60']}]");
    CliProcess build = desk.start("run", ".");
    build.awaitOut("here");
    long pid = build.pid();
    build.signal("KILL");
    build.await();
    desk.run("clean");
    assertThat(rules()).doesNotContain("/" + pid + "/");
  }

  private static String rules() throws IOException, InterruptedException {
    if (!Files.isExecutable(Path.of("/usr/sbin/iptables-save"))) {
      return "";
    }
    Process process = new ProcessBuilder("/usr/sbin/iptables-save").start();
    process.getOutputStream().close();
    String rules = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return rules;
  }

  private CliProcess.Ended run(String... options) throws IOException, InterruptedException {
    String[] args = Stream.concat(Stream.of("run", "."), Stream.of(options)).toArray(String[]::new);
    CliProcess process = desk.startWith(Map.of("NO_GCE_CHECK", "true"), args);
    process.closeIn();
    CliProcess.Ended ended = process.await();
    assertThat(rules()).doesNotContain("/" + process.pid() + "/");
    return ended;
  }

  private void assertNowhere(List<String> secrets) throws IOException {
    try (Stream<Path> files = Files.walk(desk.root())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain(secrets);
      }
    }
  }

  private static String hash(String token) {
    try {
      String basic = RegistryLogin.ofAccessToken(token, Instant.EPOCH).basic();
      byte[] digest =
          MessageDigest.getInstance("MD5").digest(basic.getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
