package dev.groundbuild.runner.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build.Status;
import dev.groundbuild.runner.BuildEvent.Phase;
import dev.groundbuild.steps.StepLog.Stream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptLogTest {
  @TempDir Path folder;
  private final Stage stage = new Stage();

  @Test
  void aStepsLinesComeWithoutTheirPrefixAndWithoutOtherSteps() throws IOException {
    stage.step("a").step("a\": b").step("");
    open();
    stage.begin(0);
    stage.say(0, "one");
    stage.say(1, "two");
    stage.say(2, "three");
    stage.say(0, "Step #1 - \"a\": b\": not of step 1");
    stage.say(0, "");
    stage.finish(Status.SUCCESS, "");
    assertThat(lines(3, "Step #0 - \"a\""))
        .isEqualTo("one\nStep #1 - \"a\": b\": not of step 1\n\n");
    assertThat(lines(3, "Step #1 - \"a\": b\"")).isEqualTo("two\n");
    assertThat(lines(3, "Step #2")).isEqualTo("three\n");
  }

  @Test
  void ofASingleStepTheBuildsOwnLinesAreKnownWhateverTheStepPrints() throws IOException {
    stage.step("only");
    open();
    stage.phase(Phase.FETCHSOURCE);
    stage.phase(Phase.BUILD);
    stage.begin(0);
    String printed = "FETCHSOURCE\nBUILD\n\nstarting build \"" + Stage.BUILD + "\"\nPUSH\nDONE\n";
    printed.lines().forEach(line -> stage.say(0, line));
    stage.exit(0, 0);
    stage.finish(Status.SUCCESS, "");
    assertThat(lines(1, "Step #0 - \"only\"")).isEqualTo(printed);
  }

  @Test
  void aNoteThatLooksLikeAStepIsNotOne() throws IOException {
    stage.step("a").step("b");
    open();
    stage.note(false, "Step #0 - \"a\": said by a server");
    stage.say(0, "said by the step");
    stage.finish(Status.SUCCESS, "");
    assertThat(lines(2, "Step #0 - \"a\"")).isEqualTo("said by the step\n");
  }

  @Test
  void anOwnLineAfterAnUnfinishedOneIsStillKnown() throws IOException {
    stage.step("only");
    BuildLog log = open();
    log.line(0, Stream.STDOUT, "no line feed".getBytes(UTF_8), false);
    stage.exit(0, 0);
    stage.note(false, "a note");
    stage.finish(Status.SUCCESS, "");
    assertThat(lines(1, "Step #0 - \"only\"")).isEqualTo("no line feed\n");
  }

  @Test
  void linesOfAnySizeAreReadAcrossBlocks() throws IOException {
    stage.step("a").step("b");
    open();
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      String line = "x".repeat(i % 300);
      stage.say(i % 2, line);
      if (i % 2 == 1) {
        expected.append(line).append('\n');
      }
      if (i % 100 == 0) {
        stage.note(false, "note " + i);
      }
    }
    String large = "y".repeat(200_000);
    stage.say(1, large);
    stage.finish(Status.SUCCESS, "");
    assertThat(lines(2, "Step #1 - \"b\"")).isEqualTo(expected + large + "\n");
  }

  @Test
  void aGrowingLogIsReadAsItGrows() throws IOException {
    stage.step("a").step("b");
    BuildLog log = open();
    stage.say(0, "one");
    log.tick();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (KeptLog kept = KeptLog.ofStep(log(), own(), 2, "Step #0 - \"a\"")) {
      kept.copyTo(out);
      assertThat(out.toString(UTF_8)).isEqualTo("one\n");
      stage.begin(1);
      stage.say(1, "not this");
      log.line(0, Stream.STDOUT, "tw".getBytes(UTF_8), false);
      log.tick();
      kept.copyTo(out);
      assertThat(out.toString(UTF_8)).isEqualTo("one\ntw");
      log.line(0, Stream.STDOUT, "o".getBytes(UTF_8), true);
      stage.finish(Status.SUCCESS, "");
      kept.copyTo(out);
      assertThat(out.toString(UTF_8)).isEqualTo("one\ntwo\n");
    }
  }

  @Test
  void withoutTheOffsetsTheTextAloneDecides() throws IOException {
    stage.step("a").step("b");
    open();
    stage.say(1, "text");
    stage.finish(Status.SUCCESS, "");
    Files.delete(own());
    assertThat(lines(2, "Step #1 - \"b\"")).isEqualTo("text\n");
  }

  @Test
  void theOffsetsAreAsFewAsTheBuildsOwnLines() throws IOException {
    stage.step("a").step("b");
    open();
    for (int i = 0; i < 10_000; i++) {
      stage.say(i % 2, "line " + i);
    }
    stage.finish(Status.SUCCESS, "");
    assertThat(Files.readAllLines(own())).hasSizeLessThan(10);
  }

  private BuildLog open() throws IOException {
    return stage.open(LogFile.open(log(), own()));
  }

  private String lines(int steps, String label) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (KeptLog kept = KeptLog.ofStep(log(), own(), steps, label)) {
      kept.copyTo(out);
    }
    return out.toString(UTF_8);
  }

  private Path log() {
    return folder.resolve("log.txt");
  }

  private Path own() {
    return folder.resolve("log.own");
  }
}
