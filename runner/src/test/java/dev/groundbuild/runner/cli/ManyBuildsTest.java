package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.steps.engine.ContainerEngine.Owned;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Builds that share an engine do not meet. */
final class ManyBuildsTest {
  /** A service container of the build's own, by the name and network that the cloud's has. */
  private static final String SERVICE =
      """
      - id: service
        name: gcr.io/cloud-builders/docker
        entrypoint: sh
        args:
        - -c
        - |
          docker run -d --network=cloudbuild --name=kv-$BUILD_ID busybox \\
            sh -c 'mkdir /www && echo ${_WHO} > /www/who && exec httpd -f -p 8080 -h /www'
          docker network inspect cloudbuild > /dev/null
          echo "ip=$$(docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' kv-$BUILD_ID)"
      """;

  private static final String ASK =
      """
      - id: ask
        name: busybox
        entrypoint: sh
        args:
        - -c
        - |
          for i in 1 2 3 4 5 6 7 8 9 10; do
            timeout 5 wget -q -O answer http://kv-$BUILD_ID:8080/who && break
            sleep 0.5
          done
          test "$$(cat answer)" = ${_WHO} && echo "reached ${_WHO}"
      """;

  @RegisterExtension private final Desk desk = new Desk();

  @Test
  void fiveBuildsAtOnceHaveTheirOwnWorkspaceNetworkAndContainers() throws Exception {
    desk.config(
        "steps:\n"
            + SERVICE
            + ASK
            + """
            - id: write
              name: busybox
              waitFor: ['-']
              args: [sh, -c, 'test ! -e mine && echo ${_WHO} > mine && sleep 2']
            - id: read
              name: busybox
              args: [sh, -c, 'test "$$(cat mine)" = ${_WHO} && echo "mine is ${_WHO}"']
            """);
    List<CliProcess> runs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      runs.add(
          desk.start("run", "--substitutions=_WHO=who-" + i, "--build-json=build-" + i + ".json"));
    }
    for (int i = 0; i < 5; i++) {
      CliProcess.Ended ended = runs.get(i).await();
      assertThat(ended.exit()).as(ended.err() + ended.out()).isZero();
      assertThat(ended.out()).contains("reached who-" + i, "mine is who-" + i);
      assertThat(desk.build("build-" + i + ".json").getStatus()).isEqualTo(Build.Status.SUCCESS);
      assertThat(desk.left(runs.get(i))).isEmpty();
    }
  }

  @Test
  void aBuildReachesItsOwnContainersAndNoneOfAnother() throws Exception {
    desk.config("steps:\n" + SERVICE + ASK + "- {name: busybox, args: [sleep, '600']}\n");
    CliProcess first = desk.start("run", "--substitutions=_WHO=first");
    first.awaitOut("reached first");
    String other = "kv-" + found("starting build \"([^\"]+)\"", first.said());
    String address = found("ip=([0-9.]+)", first.said());
    desk.config(
        "steps:\n"
            + SERVICE
            + ASK
            + """
            - id: by-name
              name: busybox
              args: [sh, -c, 'timeout 3 wget -O - http://${_OTHER}:8080/who; exit $$?']
              allowFailure: true
            - id: by-address
              name: busybox
              args: [sh, -c, 'timeout 3 wget -O - http://${_ADDRESS}:8080/who; exit $$?']
              allowFailure: true
            """);
    CliProcess.Ended second =
        desk.run(
            "run",
            "--substitutions=_WHO=second,_OTHER=" + other + ",_ADDRESS=" + address,
            "--build-json=build.json");
    assertThat(second.exit()).as(second.err() + second.out()).isZero();
    assertThat(second.out()).contains("reached second").doesNotContain("first");
    assertThat(desk.build().getStepsList().stream().map(s -> s.getStatus()))
        .containsExactly(
            Build.Status.SUCCESS, Build.Status.SUCCESS, Build.Status.FAILURE, Build.Status.FAILURE);
    assertThat(second.out()).contains("bad address '" + other + ":8080'");
    // No route, or no answer until timeout's SIGTERM: the engine's firewall decides.
    assertThat(desk.build().getSteps(3).getExitCode()).isIn(1, 143);
    assertThat(desk.left(first).stream().map(Owned::name)).contains(other);

    first.signal("INT");
    assertThat(first.await().exit()).isEqualTo(130);
    assertThat(desk.left()).isEmpty();
  }

  private static String found(String pattern, String text) {
    Matcher m = Pattern.compile(pattern).matcher(text);
    assertThat(m.find()).as(pattern + " in " + text).isTrue();
    return m.group(1);
  }
}
