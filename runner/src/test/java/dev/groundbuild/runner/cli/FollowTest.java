package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Following a build that another process runs. */
final class FollowTest {
  @RegisterExtension private final Desk desk = new Desk();

  @Test
  void aRunningBuildIsFollowedToItsEnd() throws Exception {
    desk.config(
        """
        steps:
        - id: talk
          name: busybox
          script: |
            echo begun
            until [ -e go ]; do sleep 0.1; done
            echo 'talk ended'
            exit 3
        - {id: other, name: busybox, waitFor: ['-'], script: 'echo aside'}
        """);
    CliProcess build = desk.start("run", "--bind-mount-source");
    build.awaitOut("begun");
    CliProcess whole = desk.start("log", "--follow");
    CliProcess step = desk.start("log", "--step=talk", "-f");
    CliProcess list = desk.start("builds");
    whole.awaitOut("begun");
    step.awaitOut("begun");
    assertThat(list.await().out()).contains("WORKING");
    assertThat(step.alive()).isTrue();
    Files.createFile(desk.source().resolve("go"));
    assertThat(build.await().exit()).isEqualTo(1);
    CliProcess.Ended followed = whole.await();
    assertThat(followed.exit()).isZero();
    assertThat(followed.out()).contains("talk ended", "\nERROR\n").isEqualTo(build.await().out());
    CliProcess.Ended lines = step.await();
    assertThat(lines.exit()).isZero();
    assertThat(lines.out()).isEqualTo("Already have image: busybox\nbegun\ntalk ended\n");
  }

  @Test
  void aBuildThatWasKilledIsListedAsSuch() throws Exception {
    desk.config("steps: [{name: busybox, script: 'echo begun; sleep 1000'}]");
    CliProcess build = desk.start("run");
    build.awaitOut("begun");
    CliProcess follower = desk.start("log", "-f");
    follower.awaitOut("begun");
    build.signal("KILL");
    build.await();
    assertThat(follower.await().exit()).isZero();
    assertThat(desk.run("builds", "--status=KILLED").out()).contains("KILLED");
    assertThat(desk.run("clean").exit()).isZero();
  }
}
