package dev.groundbuild.runner.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build.Status;
import dev.groundbuild.runner.BuildEvent.Phase;
import dev.groundbuild.steps.StepOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole logs, as the kept file has them. Cloud Build: spec section 3.10. */
class TranscriptTest {
  private static final String HEAD = "starting build \"" + Stage.BUILD + "\"\n\nFETCHSOURCE\n";

  @TempDir Path folder;
  private final Stage stage = new Stage();

  @Test
  void aBuildOfSeveralStepsLabelsEveryLine() throws IOException {
    stage.step("fetch").step("", 0);
    open();
    stage.phase(Phase.FETCHSOURCE);
    stage.phase(Phase.SETUPBUILD);
    stage.phase(Phase.BUILD);
    stage.begin(0);
    stage.runner(0, "Pulling image: busybox");
    stage.say(0, "one");
    stage.say(0, "");
    stage.exit(0, 0);
    stage.begin(1);
    stage.runner(1, "Already have image: busybox");
    stage.exit(1, 0);
    stage.phase(Phase.PUSH);
    stage.note(false, "Pushing gcr.io/p/x\nlatest: digest: sha256:00 size: 1");
    stage.finish(Status.SUCCESS, "");
    assertThat(text())
        .isEqualTo(
            HEAD
                + """
                BUILD
                Starting Step #0 - "fetch"
                Step #0 - "fetch": Pulling image: busybox
                Step #0 - "fetch": one
                Step #0 - "fetch":\s
                Finished Step #0 - "fetch"
                Starting Step #1
                Step #1: Already have image: busybox
                Finished Step #1
                PUSH
                Pushing gcr.io/p/x
                latest: digest: sha256:00 size: 1
                DONE
                """);
  }

  @Test
  void aBuildOfOneStepHasNeitherLabelsNorStartingLines() throws IOException {
    stage.step("only");
    open();
    stage.begin(0);
    stage.runner(0, "Already have image: busybox");
    stage.say(0, "hello");
    stage.exit(0, 0);
    stage.finish(Status.SUCCESS, "");
    assertThat(text()).isEqualTo(HEAD + "BUILD\nAlready have image: busybox\nhello\nPUSH\nDONE\n");
  }

  @Test
  void aFailedStepIsFinishedAndTheBuildEndsWithError() throws IOException {
    stage.step("a").step("b");
    open();
    stage.begin(0);
    stage.begin(1);
    stage.exit(0, 1);
    stage.end(1, new StepOutcome.Cancelled(stage.timing(), Optional.empty()));
    stage.finish(
        Status.FAILURE, "build step 0 \"busybox\" failed: step exited with non-zero status: 1");
    assertThat(text())
        .isEqualTo(
            HEAD
                + """
                BUILD
                Starting Step #0 - "a"
                Starting Step #1 - "b"
                Finished Step #0 - "a"
                Finished Step #1 - "b"
                ERROR
                ERROR: build step 0 "busybox" failed: step exited with non-zero status: 1
                """);
  }

  @Test
  void afterAnAllowedFailureTheBuildIsDone() throws IOException {
    stage.step("a").step("b", 0);
    open();
    stage.begin(0);
    stage.end(
        0, new StepOutcome.Exited(3, false, stage.timing(), Optional.empty(), new byte[0]), true);
    stage.begin(1);
    stage.exit(1, 0);
    stage.finish(Status.SUCCESS, "");
    assertThat(text())
        .isEqualTo(
            HEAD
                + """
                BUILD
                Starting Step #0 - "a"
                Finished Step #0 - "a"
                Starting Step #1 - "b"
                Finished Step #1 - "b"
                PUSH
                DONE
                """);
  }

  @Test
  void timeoutsAndCancelsAreNamed() throws IOException {
    stage.step("a");
    open();
    stage.begin(0);
    stage.end(0, new StepOutcome.Cancelled(stage.timing(), Optional.empty()));
    stage.finish(Status.TIMEOUT, "context deadline exceeded");
    assertThat(text()).isEqualTo(HEAD + "BUILD\nTIMEOUT\nERROR: context deadline exceeded\n");

    Stage second = new Stage().step("a");
    Path file = folder.resolve("second");
    second.open(LogFile.open(file, Path.of("/dev/null")));
    second.begin(0);
    second.end(0, new StepOutcome.Cancelled(second.timing(), Optional.empty()));
    second.finish(Status.CANCELLED, "context canceled");
    assertThat(Files.readString(file))
        .isEqualTo(HEAD + "BUILD\nCANCELLED\nERROR: context canceled\n");
  }

  @Test
  void aBuildThatFailsBeforeItsStepsNamesOnlyThePhaseThatFailed() throws IOException {
    stage.step("a");
    open();
    stage.phase(Phase.FETCHSOURCE);
    stage.finish(Status.FAILURE, "no such revision");
    assertThat(text()).isEqualTo(HEAD + "ERROR\nERROR: no such revision\n");
  }

  @Test
  void warningsAreNotPartOfTheTranscript() throws IOException {
    stage.step("a");
    open();
    stage.note(true, "the machine type is ignored here");
    stage.finish(Status.SUCCESS, "");
    assertThat(text()).isEqualTo(HEAD + "BUILD\nPUSH\nDONE\n");
  }

  private void open() throws IOException {
    stage.open(LogFile.open(folder.resolve("log.txt"), Path.of("/dev/null")));
  }

  private String text() throws IOException {
    return Files.readString(folder.resolve("log.txt"));
  }
}
