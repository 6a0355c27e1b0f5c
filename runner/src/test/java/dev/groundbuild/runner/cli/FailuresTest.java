package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user is told when something is wrong, and with which exit code. */
final class FailuresTest {
  /** Less than a pull with all its retries. */
  private static final Duration NO_RETRIES = Duration.ofSeconds(20);

  @RegisterExtension private final Desk desk = new Desk();

  @Test
  void aFailingStepIsShownWithItsLastLinesAndHowToRunAgain() throws Exception {
    desk.config(
        """
        steps:
        - {id: good, name: busybox, args: ['echo', 'fine']}
        - {id: bad, name: busybox, script: 'echo one; echo two >&2; exit 5'}
        - {id: never, name: busybox, args: ['echo', 'never']}
        """);
    CliProcess.Ended ended = desk.run("run", "--build-json=build.json", ".");
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.out())
        .endsWith(
            "ERROR\nERROR: build step 1 \"busybox\" failed: step exited with non-zero status: 5\n");
    assertThat(ended.err())
        .contains("Step #1 - \"bad\" failed: ", "  | one\n", "  | two\n")
        .contains("Run it again: groundbuild run --build-json=build.json .\n", "Full log: ");
    Build build = desk.build();
    assertThat(build.getStatus()).isEqualTo(Build.Status.FAILURE);
    assertThat(build.getSteps(1).getExitCode()).isEqualTo(5);
    assertThat(build.getSteps(2).getStatus()).isEqualTo(Build.Status.QUEUED);
    assertThat(build.getFailureInfo().getType())
        .isEqualTo(Build.FailureInfo.FailureType.USER_BUILD_STEP);
  }

  @ParameterizedTest
  @CsvSource({
    "404, MANIFEST_UNKNOWN, check the image's name",
    "401, UNAUTHORIZED, docker login",
    "403, DENIED, docker login"
  })
  void anImageThatCantBeHadIsNamedAndNotAskedForAgain(int status, String code, String advice)
      throws Exception {
    try (Registry registry = new Registry(status, code)) {
      String image = registry.address() + "/team/absent:1";
      desk.config("steps: [{id: s, name: '" + image + "', args: [x]}]");
      CliProcess.Ended ended = desk.run("run", "--build-json=build.json");
      assertThat(ended.exit()).as(ended.err() + ended.out()).isEqualTo(1);
      assertThat(ended.took()).isLessThan(NO_RETRIES);
      assertThat(ended.out()).contains("ERROR: build step 0 \"" + image + "\" failed: ");
      assertThat(ended.out().lines().filter(l -> l.startsWith("ERROR: ")).toList())
          .hasSize(1)
          .allMatch(line -> line.contains(advice), advice);
      assertThat(ended.out()).doesNotContain("trying again");
      assertThat(ended.err()).doesNotContain("Exception", "SEVERE");
      assertThat(desk.build().getStatus()).isEqualTo(Build.Status.FAILURE);
    }
  }

  @Test
  void aRegistryThatHasNoAddressIsAskedOnce() throws Exception {
    desk.config("steps: [{id: s, name: 'registry.invalid/team/absent:1', args: [x]}]");
    CliProcess.Ended ended = desk.run("run");
    assertThat(ended.exit()).as(ended.err() + ended.out()).isEqualTo(1);
    assertThat(ended.out())
        .contains("registry.invalid/team/absent:1", "no such host", "check the image's name")
        .doesNotContain("trying again");
    assertThat(ended.err()).doesNotContain("Exception", "SEVERE");
  }

  @Test
  void aBuildThatTakesTooLongIsEnded() throws Exception {
    desk.config(
        """
        steps: [{name: busybox, script: 'trap "" TERM; echo begun; while true; do sleep 1; done'}]
        timeout: 4s
        """);
    CliProcess.Ended ended = desk.run("run", "--build-json=build.json");
    assertThat(ended.exit()).isEqualTo(124);
    assertThat(ended.out()).contains("begun\n", "TIMEOUT\nERROR: ", "4s");
    assertThat(desk.build().getStatus()).isEqualTo(Build.Status.TIMEOUT);
  }

  @Test
  void aStepThatTakesTooLongFailsTheBuild() throws Exception {
    desk.config("steps: [{name: busybox, args: [sleep, '600'], timeout: 2s}]");
    CliProcess.Ended ended = desk.run("run", "--build-json=build.json");
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.out()).contains("step did not end within its timeout of 2s");
    assertThat(desk.build().getSteps(0).getStatus()).isEqualTo(Build.Status.TIMEOUT);
  }

  @Test
  void anUnknownFlagIsAMistakeInUse() throws Exception {
    CliProcess.Ended ended = desk.run("run", "--no-sorce");
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).contains("--no-sorce", "--no-source", "--help");
  }

  @Test
  void aBadConfigIsRefusedBeforeTheEngineIsAsked() throws Exception {
    desk.config("steps:\n- nam: busybox\n  waitFor: [x]\n");
    // An engine that is not there would be an exit code of 3.
    CliProcess run = desk.startWith(Map.of("DOCKER_HOST", "unix:///nowhere/docker.sock"), "run");
    CliProcess.Ended ended = run.await();
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err()).contains("cloudbuild.yaml:2:3: ", "did you mean \"name\"?");
    assertThat(ended.err()).contains("nothing was run");
    assertThat(desk.run("log").err()).contains("no build has run yet");
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix:///nowhere/docker.sock", "tcp://127.0.0.1:1"})
  void anEngineThatDoesNotAnswerIsSaidInOneLine(String address) throws Exception {
    desk.config("steps: [{name: busybox}]");
    CliProcess.Ended ended = desk.startWith(Map.of("DOCKER_HOST", address), "run").await();
    assertThat(ended.exit()).isEqualTo(3);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err().lines())
        .singleElement()
        .asString()
        .contains("groundbuild: ", address, "; start it", "DOCKER_HOST");
  }

  @Test
  void aStepWithoutItsProgramSaysWhichIsMissing() throws Exception {
    desk.config("steps: [{name: busybox, entrypoint: no-such-program, args: [x]}]");
    CliProcess.Ended ended = desk.run("run");
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.out())
        .contains("ERROR: build step 0 \"busybox\" failed: ", "no-such-program", "not found");
  }

  @Test
  void aConfigThatIsNotThereIsNamed() throws Exception {
    CliProcess.Ended ended = desk.run("run", "nowhere");
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err()).contains("nowhere").doesNotContain("Exception");
  }

  /**
   * A registry that has nothing to give. It hangs up on TLS at once, which the engine tries first;
   * the JDK's own server would let it wait.
   */
  private static final class Registry implements AutoCloseable {
    private static final int TLS_HANDSHAKE = 0x16;

    private final ServerSocket server;
    private final int status;
    private final String body;

    Registry(int status, String code) throws IOException {
      this.status = status;
      this.body = "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"" + code + "\"}]}";
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(this::serve);
    }

    String address() {
      return "127.0.0.1:" + server.getLocalPort();
    }

    private void serve() {
      while (!server.isClosed()) {
        try (Socket client = server.accept()) {
          answer(client);
        } catch (IOException _) {
          // The engine hung up, or the test is over.
        }
      }
    }

    private void answer(Socket client) throws IOException {
      PushbackInputStream in = new PushbackInputStream(client.getInputStream());
      int first = in.read();
      if (first == TLS_HANDSHAKE || first < 0) {
        return;
      }
      in.unread(first);
      BufferedReader head = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      String request = String.valueOf(head.readLine());
      String line = request;
      while (line != null && !line.isEmpty()) {
        line = head.readLine();
      }
      boolean asksForVersion = request.contains(" /v2/ ");
      String said = asksForVersion ? "{}" : body;
      String answer =
          "HTTP/1.1 "
              + (asksForVersion ? 200 : status)
              + " x\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
              + said.length()
              + "\r\n\r\n"
              + said;
      client.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
