package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.runner.source.GitServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A user who presses Ctrl-C while the source is fetched. */
final class SourceCancelTest {
  @RegisterExtension private final Desk desk = new Desk();

  @Test
  void ctrlCLeavesNothingOfTheSource() throws Exception {
    try (GitServer server = new GitServer(desk.root(), "", true)) {
      CliProcess run = desk.start("run", server.url("repo.git"));
      server.awaitRequest();
      assertThat(desk.temporary()).anyMatch(name -> name.startsWith("groundbuild-source-"));
      run.signal("INT");
      CliProcess.Ended ended = run.await();
      assertThat(ended.exit()).as(ended.err()).isEqualTo(130);
      assertThat(ended.err())
          .contains("groundbuild: cancelling the fetching of the source and clearing up; ")
          .endsWith("groundbuild: cancelled\n");
      assertThat(desk.temporary()).isEmpty();
    }
  }
}
