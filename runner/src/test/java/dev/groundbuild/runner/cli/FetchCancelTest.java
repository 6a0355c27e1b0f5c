package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.runner.fetch.WebServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A user who presses Ctrl-C during a download. */
final class FetchCancelTest {
  @RegisterExtension private final Desk desk = new Desk();

  @Test
  void ctrlCLeavesWhatWasThereAndNothingElse() throws Exception {
    try (WebServer server = new WebServer()) {
      CountDownLatch asked = new CountDownLatch(2);
      server.on(
          "/big",
          exchange -> {
            asked.countDown();
            server.stalled(new byte[1000], 500).to(exchange);
          });
      desk.file("big", "old");
      String url = server.url("/big");
      desk.file("list", url + " big sha256:" + "0".repeat(64) + "\n" + url + " new/big\n");
      CliProcess run = desk.start("fetch", "--list=list");
      asked.await();
      run.signal("INT");
      CliProcess.Ended ended = run.await();
      assertThat(ended.exit()).isEqualTo(130);
      assertThat(ended.err()).contains("cancelling the downloads", "nothing half done is left");
      assertThat(desk.source().resolve("big")).hasContent("old");
      try (Stream<Path> files = Files.list(desk.source())) {
        assertThat(files.map(f -> f.getFileName().toString()))
            .containsExactlyInAnyOrder("big", "list");
      }
    }
  }
}
