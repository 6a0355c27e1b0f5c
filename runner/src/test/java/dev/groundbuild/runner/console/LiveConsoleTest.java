package dev.groundbuild.runner.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build.Status;
import dev.groundbuild.steps.StepLog.Stream;
import dev.groundbuild.steps.StepOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LiveConsoleTest {
  private static final Afterwards AFTERWARDS =
      new Afterwards(Optional.of("groundbuild run ."), Optional.of(Path.of("/state/log.txt")));

  private final Stage stage = new Stage();
  private final FakeTerminal terminal = new FakeTerminal(60, 20);

  @Test
  void theLogScrollsAboveOneLineForEachRunningStep() {
    stage.step("build").step("lint").step("test", 0, 1);
    BuildLog log = open(Palette.COLOURED);
    stage.begin(0);
    stage.begin(1);
    stage.say(0, "compiling");
    stage.pass(Duration.ofSeconds(65));
    log.progress(1, "Pulling image: big (45 %)");
    log.tick();
    assertThat(terminal.text())
        .isEqualTo(
            """
            starting build "%s"

            FETCHSOURCE
            BUILD
            Starting Step #0 - "build"
            Starting Step #1 - "lint"
            Step #0 - "build": compiling
            Build 1:05  2 running, 0 finished, 1 waiting
              Step #0 - "build" 1:05  compiling
              Step #1 - "lint" 1:05  Pulling image: big (45 %%)
            """
                .formatted(Stage.BUILD));
    stage.exit(1, 0);
    stage.say(0, "linking");
    log.tick();
    assertThat(terminal.text())
        .endsWith(
            """
            Step #0 - "build": compiling
            Finished Step #1 - "lint": SUCCESS (1m 05s)
            Step #0 - "build": linking
            Build 1:05  1 running, 1 finished, 1 waiting
              Step #0 - "build" 1:05  linking
            """);
  }

  @Test
  void theEndIsASummaryWithTheFailure() {
    terminal.resize(80, 24);
    stage.step("build").step("lint").step("test", 0).step("deploy", 2);
    open(Palette.COLOURED);
    stage.begin(0);
    stage.begin(1);
    stage.pass(Duration.ofMillis(1500));
    stage.exit(0, 0);
    stage.end(
        1, new StepOutcome.Exited(2, false, stage.timing(), Optional.empty(), new byte[0]), true);
    stage.begin(2);
    for (int i = 1; i <= 25; i++) {
      stage.say(2, "line " + i);
    }
    stage.pass(Duration.ofSeconds(10));
    stage.exit(2, 137);
    stage.finish(Status.FAILURE, "build step 2 \"busybox\" failed");
    String tail = terminal.text();
    assertThat(tail.substring(tail.indexOf("ERROR\n")))
        .isEqualTo(
            """
            ERROR
            ERROR: build step 2 "busybox" failed

            Step #0 - "build"       1.5s SUCCESS
            Step #1 - "lint"        1.5s FAILURE: exit code 2, allowed
            Step #2 - "test"       10.0s FAILURE: exit code 137, out of memory
            Step #3 - "deploy"         - not started
            Total 11.5s, critical path 11.5s: #0 > #2

            Step #2 - "test" failed: exit code 137, out of memory
            Its last 20 lines:
            %s
            Run it again: groundbuild run .
            Full log: /state/log.txt
            """
                .formatted(
                    String.join(
                        "",
                        IntStream.rangeClosed(6, 25)
                            .mapToObj(i -> "  | line " + i + "\n")
                            .toList())));
  }

  @Test
  void withFiftyStepsThereIsRoomForSomeAndTheRestIsCounted() {
    for (int i = 0; i < 50; i++) {
      stage.step("s" + i);
    }
    BuildLog log = open(Palette.COLOURED);
    for (int i = 0; i < 50; i++) {
      stage.begin(i);
    }
    log.tick();
    assertThat(terminal.text()).contains("  Step #11 - \"s11\"").endsWith("\n  ... and 38 more\n");
    assertThat(terminal.text().lines().filter(line -> line.startsWith("  "))).hasSize(13);
  }

  @Test
  void whatStepsPrintCannotDisturbTheView() {
    stage.step("a").step("b");
    BuildLog log = open(Palette.COLOURED);
    stage.begin(0);
    stage.say(0, "\033[2J\033[31mred\033[0m\033]0;title\007\b\033[10A\033(0 end\033[?25l");
    stage.say(0, "10 %\r50 %\r100 %\r");
    log.line(0, Stream.STDOUT, new byte[] {(byte) 0xff, 0, 'z'}, true);
    log.tick();
    assertThat(terminal.text())
        .contains("Step #0 - \"a\": red end\nStep #0 - \"a\": 100 %\nStep #0 - \"a\": \ufffdz\n");
  }

  @Test
  void longLinesOfTheViewAreCutToTheWidth() {
    stage.step("a").step("b");
    BuildLog log = open(Palette.PLAIN);
    stage.begin(0);
    stage.say(0, "界".repeat(100));
    log.tick();
    String last = terminal.text().lines().reduce((a, b) -> b).orElseThrow();
    assertThat(last).startsWith("  Step #0 - \"a\" 0:00  界界").endsWith("界...");
    assertThat(TerminalText.width(last)).isBetween(57, 59);
  }

  @Test
  void afterTheTerminalBecameNarrowerNothingOfTheOldViewIsLeft() {
    stage.step("a").step("b");
    BuildLog log = open(Palette.PLAIN);
    stage.begin(0);
    stage.begin(1);
    stage.say(0, "x".repeat(200));
    log.tick();
    terminal.resize(25, 12);
    log.tick();
    assertThat(terminal.text())
        .endsWith(
            """
            xxx
            Build 0:00  2 running...
              Step #0 - "a" 0:00 ...
              Step #1 - "b" 0:00
            """)
        .containsOnlyOnce("Build 0:00");
  }

  @Test
  void nothingIsDrawnWhileNothingChangesAndAClockIsAChange() {
    stage.step("a").step("b");
    BuildLog log = open(Palette.PLAIN);
    stage.begin(0);
    log.tick();
    int writes = terminal.writes;
    log.tick();
    stage.pass(Duration.ofMillis(900));
    log.tick();
    assertThat(terminal.writes).isEqualTo(writes);
    stage.pass(Duration.ofMillis(100));
    log.tick();
    assertThat(terminal.writes).isEqualTo(writes + 1);
  }

  @Test
  void manyLinesBetweenTwoTicksAreDrawnInPortionsNotOneByOne() {
    stage.step("a").step("b");
    open(Palette.PLAIN);
    stage.begin(0);
    for (int i = 0; i < 10_000; i++) {
      stage.say(0, "line " + i);
    }
    assertThat(terminal.writes).isBetween(1, 10);
  }

  @Test
  void aHugeLineIsShownInPart() {
    stage.step("a").step("b");
    BuildLog log = open(Palette.PLAIN);
    log.line(0, Stream.STDOUT, "h".repeat(10 << 20).getBytes(UTF_8), true);
    log.tick();
    assertThat(terminal.text().length()).isLessThan(10_000);
    assertThat(terminal.text()).contains("(10485760 bytes");
  }

  private BuildLog open(Palette palette) {
    return stage.open(new LiveConsole(terminal, terminal::size, palette, AFTERWARDS, stage));
  }
}
