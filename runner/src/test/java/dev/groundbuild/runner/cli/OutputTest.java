package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What steps print reaches the kept log byte by byte. */
final class OutputTest {
  @RegisterExtension private final Desk desk = new Desk();

  @Test
  void theKeptLogHasEveryByte() throws Exception {
    desk.config(
        """
        steps:
        - {id: wide, name: busybox, script: 'head -c 10485760 /dev/zero | tr "\\0" x; echo'}
        - {id: long, name: busybox, script: 'yes 0123456789abcdefghi | head -n 1048576'}
        - {id: raw, name: busybox, script: 'printf "a\\000\\377\\033[31m\\r50%%\\r100%%\\n\\n\\303"'}
        """);
    CliProcess.Ended run = desk.run("run");
    assertThat(run.exit()).as(run.err()).isZero();

    CliProcess.Ended path = desk.run("log", "--path");
    byte[] log = Files.readAllBytes(Path.of(path.out().strip()));
    // One char for each byte.
    String text = new String(log, StandardCharsets.ISO_8859_1);
    assertThat(ofStep(text, "wide"))
        .matches(t -> t.equals("Step #0 - \"wide\": " + "x".repeat(10_485_760) + "\n"), "10 MB");
    assertThat(ofStep(text, "long"))
        .matches(
            t -> t.equals("Step #1 - \"long\": 0123456789abcdefghi\n".repeat(1_048_576)), "20 MB");
    assertThat(ofStep(text, "raw"))
        .isEqualTo(
            String.join(
                "\nStep #2 - \"raw\": ",
                "Step #2 - \"raw\": a\0\u00ff\u001b[31m\r50%\r100%",
                "",
                "\u00c3\n"));
    assertThat(run.bytes()).isEqualTo(log);
    assertThat(desk.run("log").bytes()).isEqualTo(log);
  }

  /** What a step printed: between its first and last line, without what the runner says. */
  private static String ofStep(String log, String id) {
    int start = log.indexOf("Starting Step #");
    while (!log.startsWith("- \"" + id + "\"\n", log.indexOf(" - ", start) + 1)) {
      start = log.indexOf("Starting Step #", start + 1);
    }
    int own = log.indexOf('\n', log.indexOf("Already have image", start)) + 1;
    return log.substring(own, log.indexOf("Finished Step #", own));
  }

  @Test
  void keptLogsAreFoundByTheBeginningOfTheirBuilds() throws Exception {
    assertThat(desk.run("log").exit()).isEqualTo(2);
    desk.config("steps: [{name: busybox, args: [echo, first]}]");
    desk.run("run");
    desk.config("steps: [{name: busybox, script: 'echo second; exit 1'}]");
    desk.run("run");

    String oldest = desk.run("builds").out().lines().toList().getLast();
    assertThat(desk.run("log").out()).contains("second\n");
    String id = oldest.substring(0, oldest.indexOf(' '));
    assertThat(desk.run("log", id).out()).contains("starting build \"" + id, "first\n");
    assertThat(desk.run("log", id.substring(0, 10)).out()).contains("first\n");
    CliProcess.Ended unknown = desk.run("log", "zzz");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err()).contains("no build \"zzz\" is kept", "groundbuild builds shows");
  }
}
