package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.steps.Labels;
import dev.groundbuild.steps.Leftovers;
import dev.groundbuild.steps.engine.ContainerEngine.Owned;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A user who wants to see for themselves why a step failed. */
final class DebugTest {
  private static final Pattern ID = Pattern.compile("starting build \"([^\"]+)\"");
  private static final String QUESTION = "[r s c g b] ";

  private static final String FAILING =
      """
      steps:
      - id: test
        name: busybox
        env: ['WHO=you']
        script: |
          echo left >/tmp/x
          [ -f mended ] || exit 7
          echo all is well
      - id: after
        name: busybox
        script: echo the rest
      """;

  @RegisterExtension private final Desk desk = new Desk();

  @Test
  void aStepThatFailedIsSeenAsItLeftThingsMendedAndRunAgain() throws Exception {
    desk.config(FAILING);
    CliProcess run = desk.startOnTerminal("run", "--debug", "--build-json=build.json");
    run.awaitOut("/workspace # ");
    run.type("echo I am $WHO; cat /tmp/x; ls; stty size; touch mended; exit\n");
    run.awaitOut(QUESTION);
    run.type("r\n");
    CliProcess.Ended ended = run.await();

    assertThat(ended.exit()).as(ended.out()).isZero();
    assertThat(ended.out())
        .contains("has failed with exit code 7", "I am you\r\n", "left\r\n", "cloudbuild.yaml")
        .contains("30 100\r\n", "is run again", "all is well", "the rest", "DONE");
    assertThat(desk.build().getStatus()).isEqualTo(Build.Status.SUCCESS);
    nothingIsLeftOf(ended);
  }

  @Test
  void whoGivesUpGetsTheFailureAsUsual() throws Exception {
    desk.config(FAILING);
    CliProcess run = desk.startOnTerminal("run", "--debug", "--build-json=build.json");
    run.awaitOut("/workspace # ");
    run.type("exit\n");
    run.awaitOut(QUESTION);
    run.type("what?\n");
    run.type("b\n");
    run.awaitOut("[r s c g b] groundbuild: a shell in");
    run.type("echo back; exit\n");
    run.awaitOut("back\r\ngroundbuild: what becomes");
    run.type("g\n");
    CliProcess.Ended ended = run.await();

    assertThat(ended.exit()).as(ended.out()).isEqualTo(1);
    assertThat(ended.out()).contains("back\r\n").doesNotContain("the rest");
    assertThat(desk.build().getSteps(0).getExitCode()).isEqualTo(7);
    nothingIsLeftOf(ended);
  }

  @Test
  void aFailureMayBeForgivenOrTheStepCountedAsDone() throws Exception {
    desk.config(
        """
        steps:
        - {id: one, name: busybox, waitFor: ['-'], script: exit 3}
        - {id: two, name: busybox, waitFor: [one], script: exit 4}
        - {id: three, name: busybox, script: echo the rest}
        """);
    CliProcess run = desk.startOnTerminal("run", "--debug", "--build-json=build.json");
    run.awaitOut("a shell in Step #0");
    run.type("exit\n");
    run.awaitOut(QUESTION);
    run.type("c\n");
    run.awaitOut("a shell in Step #1");
    run.type("exit\n");
    run.awaitOut("what becomes of Step #1");
    run.type("s\n");
    CliProcess.Ended ended = run.await();

    assertThat(ended.exit()).as(ended.out()).isZero();
    assertThat(desk.build().getStepsList().stream().map(s -> s.getStatus()))
        .containsExactly(Build.Status.FAILURE, Build.Status.SUCCESS, Build.Status.SUCCESS);
    nothingIsLeftOf(ended);
  }

  @Test
  void theShellStopsAtAChosenStepWhateverBecameOfItAndHasBashWhereTheImageDoes() throws Exception {
    desk.config("steps: [{id: fine, name: debian, script: echo fine >/tmp/x}]");
    CliProcess run = desk.startOnTerminal("run", "--debug=fine", "--build-json=build.json");
    run.awaitOut("has succeeded");
    run.type("cat /tmp/x; echo in ${BASH##*/}; exit 1\n");
    run.awaitOut("[r c b] ");
    run.type("c\n");
    CliProcess.Ended ended = run.await();
    assertThat(ended.exit()).as(ended.out()).isZero();
    assertThat(ended.out()).contains("fine\r\n", "in bash\r\n");
    nothingIsLeftOf(ended);
  }

  @Test
  void anImageWithoutAShellBorrowsOne() throws Exception {
    desk.file("hello", "from the workspace\n");
    desk.config("steps: [{id: bare, name: '" + desk.engine().emptyImage() + "', args: [/none]}]");
    CliProcess run = desk.startOnTerminal("run", "--debug");
    run.awaitOut("borrowed from the image busybox");
    run.type("cat hello; ls -d /.groundbuild; exit\n");
    run.awaitOut(QUESTION);
    run.type("s\n");
    CliProcess.Ended ended = run.await();
    assertThat(ended.exit()).as(ended.out()).isZero();
    assertThat(ended.out()).contains("could not start", "from the workspace\r\n");
    nothingIsLeftOf(ended);
  }

  @Test
  void otherStepsGoOnMeanwhileAndAreShownAfterwards() throws Exception {
    desk.config(
        """
        steps:
        - {id: side, name: busybox, waitFor: ['-'], script: 'until [ -f go ]; do sleep 0.1; done; echo the side; touch done'}
        - {id: test, name: busybox, waitFor: ['-'], script: exit 1}
        timeout: 600s
        """);
    CliProcess run = desk.startOnTerminal("run", "--debug", "--log=plain");
    run.awaitOut("/workspace # ");
    run.type("touch go; until [ -f done ]; do sleep 0.1; done; echo seen; exit\n");
    run.awaitOut(QUESTION);
    run.type("c\n");
    CliProcess.Ended ended = run.await();
    assertThat(ended.exit()).as(ended.out()).isZero();
    assertThat(ended.out().indexOf("Step #0 - \"side\": the side"))
        .isGreaterThan(ended.out().indexOf(QUESTION));
    nothingIsLeftOf(ended);
  }

  @Test
  void ctrlCBelongsToTheShellAndASignalCancelsTheBuild() throws Exception {
    desk.config(FAILING);
    CliProcess run = desk.startOnTerminal("run", "--debug", "--build-json=build.json");
    run.awaitOut("/workspace # ");
    run.type("sh -c 'echo be''gun; sleep 1000'\n");
    run.awaitOut("begun");
    run.type("\003");
    run.type("echo still $((40 + 2))\n");
    run.awaitOut("still 42");
    signal(run.pidOfJava());
    CliProcess.Ended ended = run.await();
    assertThat(ended.exit()).as(ended.out()).isEqualTo(130);
    assertThat(desk.build().getStatus()).isEqualTo(Build.Status.CANCELLED);
    nothingIsLeftOf(ended);
  }

  @Test
  void withoutATerminalTheStepIsKeptForAShellLater() throws Exception {
    desk.config(FAILING);
    CliProcess.Ended ended = desk.run("run", "--debug", "--keep-for=2h");
    String id = id(ended);
    try {
      assertThat(ended.exit()).isEqualTo(1);
      assertThat(ended.err()).contains("kept for 2h", "groundbuild shell " + id + " test\n");
      desk.run("clean");
      assertThat(desk.run("shell", "--list").out()).contains(id + "  Step #0 - \"test\"");
      assertThat(desk.run("shell", "last", "0").err()).contains("needs a terminal");

      CliProcess shell = desk.startOnTerminal("shell", "last", "test");
      shell.awaitOut("/workspace # ");
      shell.type("echo I am $WHO; cat /tmp/x; ls; [ -S /var/run/docker.sock ]; exit $((9 + $?))\n");
      CliProcess.Ended looked = shell.await();
      assertThat(looked.exit()).as(looked.out()).isEqualTo(9);
      assertThat(looked.out()).contains("I am you\r\n", "left\r\n", "cloudbuild.yaml");
      assertThat(of(id)).extracting(Owned::type).containsOnly(Owned.Type.VOLUME, Owned.Type.IMAGE);
    } finally {
      of(id)
          .forEach(o -> {
            if (o.type() == Owned.Type.IMAGE) {
              desk.engine().removeImage(o.name());
            }
          });
      Leftovers.removeBuild(desk.engine(), id);
    }
    nothingIsLeftOf(ended);
  }

  @Test
  void aStepThatTheBuildLacksIsRefusedBeforeAnythingRuns() throws Exception {
    desk.config(FAILING);
    CliProcess.Ended ended = desk.run("run", "--debug=tset");
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err()).contains("\"tset\"; did you mean \"test\"?");
    assertThat(desk.run("run", "--debug", "--keep-for=long").err()).contains("--keep-for", "long");
  }

  private static void signal(long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-TERM", Long.toString(pid)).start().waitFor()).isZero();
  }

  private static String id(CliProcess.Ended ended) {
    Matcher id = ID.matcher(ended.out());
    assertThat(id.find()).as(ended.out()).isTrue();
    return id.group(1);
  }

  private List<Owned> of(String build) {
    return desk.engine().owned(Labels.BUILD, Optional.of(build));
  }

  private void nothingIsLeftOf(CliProcess.Ended ended) {
    assertThat(of(id(ended))).isEmpty();
    assertThat(desk.engine().owned(Labels.OWNER, Optional.empty()))
        .extracting(Owned::name)
        .noneMatch(name -> name.contains(id(ended)));
  }
}
