package dev.groundbuild.runner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.Build.FailureInfo.FailureType;
import com.google.cloudbuild.v1.BuiltImage;
import dev.groundbuild.runner.artifact.RealRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Images on their way to a real registry. */
final class PushTest {
  private static final String KEY = "{\n  \"type\": \"service_account\",\r\n  \"k\": \"$x'\\n\"\n}";

  @RegisterExtension private final Desk desk = new Desk();
  @TempDir Path folder;
  @TempDir Path other;
  private final List<String> tagged = new ArrayList<>();

  @AfterEach
  void removeImages() {
    tagged.forEach(name -> desk.engine().removeImage(name));
  }

  /** A build of one step that tags images. */
  private void config(List<String> images, String... names) throws IOException {
    StringBuilder script = new StringBuilder();
    for (String name : names) {
      script.append("    docker tag busybox ").append(name).append('\n');
      tagged.add(name);
    }
    desk.config(
        """
        steps:
        - name: gcr.io/cloud-builders/docker
          script: |
        %simages: [%s]
        """
            .formatted(script, "'" + String.join("', '", images) + "'"));
  }

  @Test
  void allTagsOfAnUntaggedNameArePushedAndRecorded() throws Exception {
    try (RealRegistry registry = RealRegistry.start(folder, Map.of("me", "secret"))) {
      String name = registry.address() + "/team/app";
      config(List.of(name), name + ":v1", name + ":latest");
      CliProcess.Ended ended =
          desk.startWith(
                  Map.of("PW", "secret"),
                  "run",
                  "--push",
                  "--registry-login=" + registry.address() + "=me:env:PW",
                  "--build-json=build.json")
              .await();
      assertThat(ended.exit()).as(ended.err() + ended.out()).isZero();
      String digest = registry.digest("team/app", "v1", "me:secret");
      assertThat(digest).startsWith("sha256:");
      assertThat(ended.out())
          .contains(
              "PUSH\nPushing " + name + "\nThe push refers to repository [" + name + "]\n",
              "latest: digest: " + digest + " size: ")
          .endsWith("DONE\n")
          .doesNotContain("secret");
      Build build = desk.build();
      assertThat(build.getResults().getImagesList())
          .extracting(BuiltImage::getName)
          .containsExactly(name + ":latest", name, name + ":v1");
      assertThat(build.getResults().getImagesList())
          .allMatch(image -> image.getDigest().equals(digest) && image.hasPushTiming());
      assertThat(build.getTimingMap()).containsKey("PUSH");
      assertThat(registry.users()).containsExactly("me");
      CliProcess.Ended shown = desk.run("provenance");
      assertThat(shown.out())
          .contains(name + ":v1", digest.replace("sha256:", ""), "https://slsa.dev/provenance/v1");
    }
  }

  @Test
  void theSampleArrivesUnderTwoTagsWithOneDigest() throws Exception {
    try (RealRegistry registry = RealRegistry.start(folder, Map.of())) {
      String name = registry.address() + "/greeter";
      tagged.addAll(List.of(name + ":v1", name + ":latest"));
      String sample =
          Path.of(System.getProperty("groundbuild.root", "."), "samples/registry").toString();
      CliProcess.Ended ended =
          desk.run(
              "run",
              "--push",
              "--artifacts-dir=out",
              "--build-json=build.json",
              "--substitutions=_REGISTRY=" + registry.address(),
              sample);
      assertThat(ended.exit()).as(ended.err() + ended.out()).isZero();
      String digest = registry.digest("greeter", "v1", "");
      assertThat(digest).startsWith("sha256:").isEqualTo(registry.digest("greeter", "latest", ""));
      assertThat(desk.build().getResults().getImagesList())
          .hasSize(2)
          .allMatch(image -> image.getDigest().equals(digest));
      assertThat(desk.source().resolve("out/greeter-builds/v1/built-at.txt")).isNotEmptyFile();
    }
  }

  @Test
  void withoutPushImagesAreListedAndStay() throws Exception {
    try (RealRegistry registry = RealRegistry.start(folder, Map.of())) {
      String name = registry.address() + "/app:1";
      config(List.of(name), name);
      CliProcess.Ended ended = desk.run("run", "--build-json=build.json");
      assertThat(ended.exit()).as(ended.err()).isZero();
      assertThat(ended.out()).contains("Image " + name + " (sha256:", "not pushed");
      assertThat(registry.digest("app", "1", "")).isEqualTo("404");
      assertThat(desk.build().getResults().getImagesList()).isEmpty();
      assertThat(desk.build().getTimingMap()).doesNotContainKey("PUSH");
    }
  }

  @Test
  void theRegistrySeesTheRightUserEachTime() throws Exception {
    Map<String, String> users =
        Map.of("_json_key", KEY, "oauth2accesstoken", "ya29.t", "config", "c", "helped", "h");
    try (RealRegistry registry = RealRegistry.start(folder, users)) {
      String host = registry.address();
      config(List.of(host + "/app:1"), host + "/app:1");
      desk.file("key.json", KEY + "\n");
      push(host, Map.of(), "--registry-login=" + host + "=_json_key:file:key.json");
      push(host, Map.of("T", "ya29.t"), "--registry-login=" + host + "=oauth2accesstoken:env:T");
      Path docker = Files.createDirectory(other.resolve("docker"));
      String auth = Base64.getEncoder().encodeToString("config:c".getBytes(UTF_8));
      Files.writeString(
          docker.resolve("config.json"),
          "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}".formatted(host, auth));
      push(host, Map.of("DOCKER_CONFIG", docker.toString()));
      Path helper =
          Files.writeString(
              other.resolve("docker-credential-here"),
              "#!/bin/sh\ncat >/dev/null; echo '{\"Username\":\"helped\",\"Secret\":\"h\"}'\n");
      Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.writeString(
          docker.resolve("config.json"), "{\"credHelpers\": {\"%s\": \"here\"}}".formatted(host));
      push(
          host,
          Map.of("DOCKER_CONFIG", docker.toString(), "PATH", other + ":" + System.getenv("PATH")));
      assertThat(registry.users())
          .containsExactly("_json_key", "oauth2accesstoken", "config", "helped");
    }
  }

  private void push(String host, Map<String, String> env, String... options) throws Exception {
    List<String> args = new ArrayList<>(List.of("run", "--push"));
    args.addAll(List.of(options));
    CliProcess.Ended ended = desk.startWith(env, args.toArray(String[]::new)).await();
    assertThat(ended.exit()).as(host + ended.err() + ended.out()).isZero();
    assertThat(ended.out() + ended.err()).doesNotContain("service_account", "ya29");
  }

  @Test
  void aPushThatFailsSaysWhatWentAndIsResumedWithoutTheSteps() throws Exception {
    Files.createDirectory(other.resolve("a"));
    Files.createDirectory(other.resolve("b"));
    try (RealRegistry open = RealRegistry.start(other.resolve("a"), Map.of());
        RealRegistry closed = RealRegistry.start(other.resolve("b"), Map.of("me", "right"))) {
      String first = open.address() + "/app:1";
      String second = closed.address() + "/app:1";
      config(List.of(first, second), first, second);
      String login = "--registry-login=" + closed.address() + "=me:env:PW";
      CliProcess.Ended failed =
          desk.startWith(
                  Map.of("PW", "wrong"),
                  "run",
                  "--push",
                  login,
                  "--keep-workspace",
                  "--build-json=first.json")
              .await();
      assertThat(failed.exit()).as(failed.err()).isEqualTo(1);
      Build build = desk.build("first.json");
      assertThat(build.getStatus()).isEqualTo(Build.Status.FAILURE);
      assertThat(build.getFailureInfo().getType()).isEqualTo(FailureType.PUSH_NOT_AUTHORIZED);
      assertThat(build.getFailureInfo().getDetail())
          .contains("(pushed: " + first + "@sha256:", "; not pushed: " + second + ")");
      assertThat(build.getResults().getImagesList())
          .extracting(BuiltImage::getName)
          .containsExactly(first);
      assertThat(failed.out()).doesNotContain("will try again");

      CliProcess.Ended resumed =
          desk.startWith(
                  Map.of("PW", "right"), "resume", "--push", login, "--build-json=build.json")
              .await();
      assertThat(resumed.exit()).as(resumed.err() + resumed.out()).isZero();
      assertThat(resumed.out()).doesNotContain("Already have image").contains("Pushing " + second);
      assertThat(desk.build().getId()).isEqualTo(build.getId());
      assertThat(desk.build().getResults().getImagesList())
          .extracting(BuiltImage::getName)
          .containsExactly(first, second);
    }
  }

  @Test
  void aRegistryThatIsAwayForAWhileIsAskedAgain() throws Exception {
    int port = RealRegistry.freePort();
    String name = "localhost:" + port + "/app:1";
    config(List.of(name), name);
    CliProcess run = desk.start("run", "--push", "--build-json=build.json");
    run.awaitOut("will try again, 9 times at most");
    try (RealRegistry _ = RealRegistry.start(folder, port)) {
      CliProcess.Ended ended = run.await();
      assertThat(ended.exit()).as(ended.err() + ended.out()).isZero();
      assertThat(desk.build().getResults().getImages(0).getName()).isEqualTo(name);
    }
  }

  @Test
  void ctrlCEndsAPush() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String name = "localhost:" + silent.getLocalPort() + "/app:1";
      config(List.of(name), name);
      CliProcess run = desk.start("run", "--push", "--build-json=build.json");
      run.awaitOut("Pushing " + name);
      run.signal("INT");
      assertThat(run.await().exit()).isEqualTo(130);
      assertThat(desk.build().getStatus()).isEqualTo(Build.Status.CANCELLED);
    }
  }

  @Test
  void aRegistryWithTlsIsTrustedByItsCertificate() throws Exception {
    String host =
        NetworkInterface.getByName("docker0")
            .inetAddresses()
            .filter(a -> a.getAddress().length == 4)
            .findFirst()
            .orElseThrow()
            .getHostAddress();
    try (RealRegistry registry = RealRegistry.startWithTls(folder, host, Map.of("me", "secret"))) {
      String name = registry.address() + "/app:1";
      config(List.of(name), name);
      String login = "--registry-login=" + registry.address() + "=me:env:PW";
      CliProcess.Ended refused =
          desk.startWith(Map.of("PW", "secret"), "run", "--push", login, "--build-json=build.json")
              .await();
      assertThat(refused.exit()).isEqualTo(1);
      assertThat(desk.build().getFailureInfo().getType()).isEqualTo(FailureType.PUSH_FAILED);
      assertThat(refused.err()).contains("x509: ", "/etc/docker/certs.d/");
      Path trusted = Path.of("/etc/docker/certs.d", registry.address());
      Files.createDirectories(trusted);
      Path certificate = Files.copy(folder.resolve("cert.pem"), trusted.resolve("ca.crt"));
      try {
        push(registry.address(), Map.of("PW", "secret"), login);
        assertThat(registry.users()).containsExactly("me");
      } finally {
        Files.delete(certificate);
        Files.delete(trusted);
      }
    }
  }
}
