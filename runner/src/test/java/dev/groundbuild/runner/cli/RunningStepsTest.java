package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A user who looks at builds while they run. */
final class RunningStepsTest {
  private static final Pattern ID = Pattern.compile("starting build \"([^\"]+)\"");

  private static final String WAITING =
      """
      steps:
      - id: wait
        name: busybox
        env: ['WHO=you']
        script: 'echo begun; until [ -f go ]; do sleep 0.1; done; cat go'
      """;

  /** An old engine tells a program the size of its terminal only after its start. */
  private static final String IN_SIZE =
      "tty; until [ \"$(stty size 2>/dev/null)\" = \"30 100\" ]; do :; done; echo in size";

  @RegisterExtension private final Desk desk = new Desk();

  @Test
  void aRunningStepIsListedAndCommandsRunInIt() throws Exception {
    desk.config(WAITING);
    CliProcess run = desk.start("run");
    run.awaitOut("begun");
    Matcher id = ID.matcher(run.said());
    assertThat(id.find()).isTrue();
    String build = id.group(1);

    CliProcess.Ended listed = desk.run("ps", build.substring(0, 8));
    assertThat(desk.run("ps", "last").out()).contains(build);
    assertThat(desk.run("exec", "last", "wait", "pwd").out()).isEqualTo("/workspace\n");
    assertThat(listed.out().lines().toList())
        .hasSize(2)
        .last()
        .asString()
        .matches(build + " +0:\\d\\d  #0 \"wait\" +0:\\d\\d  groundbuild_" + build + "_step_0");

    CliProcess.Ended failing =
        desk.run("exec", build, "0", "sh", "-c", "echo $WHO; pwd; echo oops >&2; exit 42");
    assertThat(failing.exit()).isEqualTo(42);
    assertThat(failing.out()).isEqualTo("you\n/workspace\n");
    assertThat(failing.err()).isEqualTo("oops\n");

    CliProcess tty = desk.startOnTerminal("exec", build, "wait", "sh", "-c", IN_SIZE);
    assertThat(tty.await().out()).contains("/dev/pts/", "in size");

    CliProcess none = desk.start("exec", build, "later", "true");
    assertThat(none.await().err()).contains("no step \"later\"", "#0 \"wait\"");

    CliProcess piped =
        desk.start("exec", build, "wait", "--", "sh", "-c", "cat >go.part; mv go.part go");
    piped.write("through a pipe\n");
    assertThat(piped.await().exit()).isZero();
    CliProcess.Ended ended = run.await();
    assertThat(ended.exit()).isZero();
    assertThat(ended.out()).contains("through a pipe");

    assertThat(desk.run("ps", build).err()).contains("no build " + build);
    CliProcess over = desk.start("exec", build, "wait", "true");
    assertThat(over.await().exit()).isEqualTo(2);
    assertThat(desk.run("exec", "last", "wait", "true").err())
        .contains("no step of build " + build + " runs now");
    assertThat(desk.run("ps", "zzz").exit()).isEqualTo(2);
  }
}
