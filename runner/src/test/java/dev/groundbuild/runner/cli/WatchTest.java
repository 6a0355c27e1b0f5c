package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code run --watch}. */
final class WatchTest {
  @RegisterExtension private final Desk desk = new Desk();

  @Test
  void aChangeCancelsTheBuildThatRunsAndBeginsAnew() throws Exception {
    desk.file("file", "one\n");
    desk.config("steps: [{name: busybox, script: 'cat file; test -e quick || sleep 600'}]");
    CliProcess watch = desk.start("run", "--watch", "--build-json=build.json");
    watch.awaitOut("\none\n");
    desk.file("file", "two\n");
    watch.awaitErr("file has changed; running again");
    watch.awaitOut("\ntwo\n");

    desk.file("quick", "");
    desk.file("file", "three\n");
    watch.awaitOut("\nthree\n");
    watch.awaitErr("waiting for a change in .; Ctrl-C ends");
    assertThat(desk.left()).isEmpty();

    desk.config("steps: [{name: busybox, scrpt: x}]");
    watch.awaitErr("nothing was run");
    desk.config("steps: [{name: busybox, script: 'echo four; sleep 600'}]");
    watch.awaitOut("\nfour\n");

    watch.signal("INT");
    assertThat(watch.await().exit()).isEqualTo(130);
    assertThat(desk.left()).isEmpty();
  }

  @Test
  void aConfigElsewhereIsWatchedToo() throws Exception {
    desk.file("../ci/b.yaml", "steps: [{name: busybox, args: [one]}]");
    desk.file("file", "");
    CliProcess watch = desk.start("run", "--watch", "--engine=fake", "--config=../ci/b.yaml", ".");
    watch.awaitErr("waiting for a change in .; Ctrl-C ends");
    desk.file("../ci/b.yaml", "steps: [{name: busybox, args: [and, another]}]");
    watch.awaitErr("groundbuild: ../ci/b.yaml has changed; running again");
    watch.signal("INT");
    assertThat(watch.await().exit()).isEqualTo(130);
  }

  @Test
  void whatTheIgnoreRulesLeaveOutIsNotWatchedUnlessItIsTheConfig() throws Exception {
    desk.file(".gcloudignore", "cloudbuild.yaml\nother\n");
    desk.config("steps: [{name: busybox, args: [one]}]");
    CliProcess watch = desk.start("run", "--watch", "--engine=fake");
    watch.awaitErr("waiting for a change in .; Ctrl-C ends");
    desk.file("other", "");
    desk.config("steps: [{name: busybox, args: [and, another]}]");
    watch.awaitErr("groundbuild: cloudbuild.yaml has changed; running again");
    watch.signal("INT");
    assertThat(watch.await().exit()).isEqualTo(130);
  }

  @Test
  void onlyAFolderCanBeWatched() throws Exception {
    desk.config("steps: [{name: busybox}]");
    assertThat(desk.run("run", "--watch", "--no-source").exit()).isEqualTo(2);
    assertThat(desk.run("run", "--watch", "--config=-").err()).contains("more than once");
  }
}
