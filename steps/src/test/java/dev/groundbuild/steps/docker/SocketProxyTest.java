package dev.groundbuild.steps.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The docker program of this machine talks to the real engine through the proxy. */
class SocketProxyTest {
  private final String mark = UUID.randomUUID().toString().substring(0, 8);
  private final String network = "cloudbuild-" + mark;
  @TempDir Path folder;
  private SocketProxy proxy;

  @BeforeEach
  void open() throws Exception {
    direct("network", "create", "--label", "proxy-test=" + mark, network);
    proxy =
        SocketProxy.open(
            Path.of("/var/run/docker.sock"),
            new SocketScope(
                network, Map.of("proxy-test", mark), Map.of("/workspace", folder.toString())));
  }

  @AfterEach
  void close() throws Exception {
    proxy.close();
    assertThat(proxy.socket()).doesNotExist();
    for (String id : lines(direct("ps", "-aq", "--filter", "label=proxy-test=" + mark))) {
      direct("rm", "-f", id);
    }
    direct("network", "rm", network);
  }

  @Test
  void aContainerOnTheCloudsNetworkJoinsTheBuildsOwnAndIsLabelled() throws Exception {
    String id =
        proxied(
            "run", "-d", "--network=cloudbuild", "--network-alias=db", "busybox", "sleep", "60");
    assertThat(
            direct(
                "inspect",
                "-f",
                "{{json .NetworkSettings.Networks}} {{json .Config.Labels}}",
                id.strip()))
        .contains("\"" + network + "\"")
        .contains("\"proxy-test\":\"" + mark + "\"");
    assertThat(proxied("network", "inspect", "-f", "{{.Name}}", "cloudbuild")).contains(network);
  }

  @Test
  void theWorkspaceCanBeMountedIntoAContainerOfAStepsOwn() throws Exception {
    Files.writeString(folder.resolve("file"), "from the workspace\n");
    assertThat(proxied("run", "--rm", "-v", "/workspace:/w", "busybox", "cat", "/w/file"))
        .isEqualTo("from the workspace\n");
  }

  @Test
  void inputAndOutputOfAnAttachedContainerPassBothWays() throws Exception {
    Process docker =
        start(proxied(), "run", "-i", "--rm", "busybox", "sh", "-c", "cat; echo done >&2");
    byte[] sent = "one\ntwo\n".repeat(50_000).getBytes(StandardCharsets.UTF_8);
    Thread feeder =
        Thread.ofVirtual()
            .start(() -> {
              try (OutputStream in = docker.getOutputStream()) {
                in.write(sent);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    String out = finish(docker);
    feeder.join();
    assertThat(out.replace("done\n", "")).hasSize(sent.length);
    assertThat(out).contains("done");
  }

  @Test
  void anExecAndACopyPass() throws Exception {
    String id = proxied("run", "-d", "busybox", "sleep", "60").strip();
    assertThat(proxied("exec", id, "echo", "hi")).isEqualTo("hi\n");
    Files.writeString(folder.resolve("big"), "x".repeat(3_000_000));
    proxied("cp", folder.resolve("big").toString(), id + ":/big");
    assertThat(proxied("exec", id, "wc", "-c", "/big")).startsWith("3000000");
  }

  @Test
  void anImageIsBuiltOnTheBuildsNetwork() throws Exception {
    Files.writeString(
        folder.resolve("Dockerfile"), "FROM busybox\nCOPY part /part\nRUN wc -c /part\n");
    Files.write(folder.resolve("part"), new byte[5_000_000]);
    String out =
        proxied("build", "--network=cloudbuild", "--no-cache", "--force-rm", folder.toString());
    assertThat(out).contains("5000000 /part").contains("Successfully built");
    direct("rmi", out.substring(out.lastIndexOf("built ") + 6).strip());
  }

  @Test
  void closingEndsWhatIsUnderWay() throws Exception {
    String id = proxied("run", "-d", "busybox", "sleep", "60").strip();
    Process waiting = start(proxied(), "wait", id);
    assertThat(waiting.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();
    proxy.close();
    assertThat(waiting.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(waiting.exitValue()).isNotZero();
  }

  private List<String> lines(String text) {
    return text.lines().filter(l -> !l.isBlank()).toList();
  }

  private String proxied() {
    return "unix://" + proxy.socket();
  }

  private String proxied(String... args) throws Exception {
    return finish(start(proxied(), args));
  }

  private static String direct(String... args) throws Exception {
    return finish(start("unix:///var/run/docker.sock", args));
  }

  private static Process start(String host, String... args) throws IOException {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(args));
    ProcessBuilder docker = new ProcessBuilder(command).redirectErrorStream(true);
    docker.environment().put("DOCKER_HOST", host);
    docker.environment().put("DOCKER_BUILDKIT", "0");
    return docker.start();
  }

  private static String finish(Process docker) throws Exception {
    String out;
    try (InputStream in = docker.getInputStream()) {
      out = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(docker.waitFor()).as(out).isZero();
    return out;
  }
}
