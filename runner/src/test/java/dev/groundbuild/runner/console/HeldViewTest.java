package dev.groundbuild.runner.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.runner.BuildEvent;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeldViewTest {
  private final Stage stage = new Stage().step("one").step("two");
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private BuildLog open() {
    Afterwards afterwards = new Afterwards(Optional.empty(), Optional.empty());
    PlainConsole console = new PlainConsole(out, err, Palette.PLAIN, afterwards, stage);
    return stage.open(new HeldView(console, stage));
  }

  @Test
  void whatComesWhileItIsHeldIsShownAfterwardsInItsOrder() {
    BuildLog log = open();
    stage.begin(0);
    stage.say(0, "before");
    log.hold();
    int shown = out.size();
    stage.say(0, "meanwhile");
    stage.exit(0, 0);
    stage.begin(1);
    log.tick();
    assertThat(out.size()).isEqualTo(shown);
    assertThat(out.toString(UTF_8)).endsWith("before\n");
    log.release();
    log.tick();
    assertThat(out.toString(UTF_8).lines().skip(4))
        .containsSubsequence(
            "Step #0 - \"one\": meanwhile",
            "Finished Step #0 - \"one\"",
            "Starting Step #1 - \"two\"");
  }

  @Test
  void ofVeryManyLinesTheNewestAreShownAndTheLossIsSaid() {
    BuildLog log = open();
    stage.begin(0);
    log.hold();
    for (int i = 0; i < HeldView.MOST_LINES + 7; i++) {
      stage.say(0, "line " + i);
    }
    stage.exit(0, 0);
    log.release();
    log.tick();
    List<String> lines = out.toString(UTF_8).lines().toList();
    assertThat(lines)
        .contains("Step #0 - \"one\": line " + (HeldView.MOST_LINES + 6))
        .contains("Finished Step #0 - \"one\"")
        .doesNotContain("Step #0 - \"one\": line 0");
    assertThat(err.toString(UTF_8)).contains(" lines of this time are not shown");
  }

  @Test
  void anEventOfTheEndIsShownEvenIfItIsHeldThen() {
    BuildLog log = open();
    log.hold();
    log.on(new BuildEvent.Note(stage.instant(), false, "the last word"));
    log.close();
    assertThat(out.toString(UTF_8)).contains("the last word");
  }
}
