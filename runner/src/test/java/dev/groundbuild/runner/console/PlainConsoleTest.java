package dev.groundbuild.runner.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build.Status;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlainConsoleTest {
  private static final Afterwards AFTERWARDS =
      new Afterwards(Optional.of("groundbuild run ."), Optional.of(Path.of("/state/log.txt")));

  private final Stage stage = new Stage();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void aSingleStepThatSucceedsWritesNothingBesideTheTranscript() {
    stage.step("a");
    open(Palette.PLAIN);
    stage.begin(0);
    stage.say(0, "hello");
    stage.exit(0, 0);
    stage.finish(Status.SUCCESS, "");
    assertThat(out.toString(UTF_8))
        .isEqualTo(
            "starting build \"" + Stage.BUILD + "\"\n\nFETCHSOURCE\nBUILD\nhello\nPUSH\nDONE\n");
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  @Test
  void theSummaryAndWarningsGoBesideTheTranscript() {
    stage.step("a").step("b", 0);
    open(Palette.PLAIN);
    stage.note(true, "the machine type is ignored");
    stage.begin(0);
    stage.pass(Duration.ofSeconds(2));
    stage.exit(0, 0);
    stage.begin(1);
    stage.pass(Duration.ofSeconds(3));
    stage.exit(1, 0);
    stage.finish(Status.SUCCESS, "");
    assertThat(err.toString(UTF_8))
        .isEqualTo(
            """
            WARNING: the machine type is ignored
            Step #0 - "a"      2.0s SUCCESS
            Step #1 - "b"      3.0s SUCCESS
            Total 5.0s, critical path 5.0s: #0 > #1
            Full log: /state/log.txt
            """);
    assertThat(out.toString(UTF_8)).doesNotContain("WARNING").endsWith("PUSH\nDONE\n");
  }

  @Test
  void aBuildThatEndsWithoutAFailedStepSaysWhy() {
    stage.step("a");
    open(Palette.PLAIN);
    stage.begin(0);
    stage.finish(Status.TIMEOUT, "it ran longer than 10m");
    assertThat(err.toString(UTF_8))
        .isEqualTo(
            """
            Step #0 - "a"         - did not end
            Total 0.0s
            Build TIMEOUT: it ran longer than 10m

            Run it again: groundbuild run .
            Full log: /state/log.txt
            """);
  }

  @Test
  void aPullSaysAtMostOneLineInTenSeconds() {
    stage.step("a");
    BuildLog log = open(Palette.PLAIN);
    stage.begin(0);
    for (int percent = 0; percent < 100; percent++) {
      log.progress(0, "Pulling image: x (" + percent + " %)");
      stage.pass(Duration.ofMillis(300));
    }
    assertThat(err.toString(UTF_8))
        .isEqualTo(
            """
            Step #0 - "a": Pulling image: x (34 %)
            Step #0 - "a": Pulling image: x (68 %)
            """);
  }

  @Test
  void coloursAreOnlyInThePrefixes() {
    stage.step("a").step("b");
    BuildLog log = open(Palette.COLOURED);
    stage.say(1, "\033[2Jas it is");
    log.tick();
    assertThat(out.toString(UTF_8)).endsWith("\n\033[33mStep #1 - \"b\": \033[0m\033[2Jas it is\n");
  }

  private BuildLog open(Palette palette) {
    return stage.open(new PlainConsole(out, err, palette, AFTERWARDS, stage));
  }
}
