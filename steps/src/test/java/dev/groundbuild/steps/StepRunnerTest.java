package dev.groundbuild.steps;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.steps.StepLog.Stream;
import dev.groundbuild.steps.StepOutcome.Exited;
import dev.groundbuild.steps.StepOutcome.NotStarted;
import dev.groundbuild.steps.StepOutcome.TimedOut;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Steps on a real engine. */
@Timeout(120)
class StepRunnerTest {
  private static final String FORMED = "groundbuild-test/formed:latest";
  private static final String SHELL = TestImage.name();

  private final StepGround ground = new StepGround();
  private final RecordingLog log = new RecordingLog();

  @BeforeAll
  static void buildImage() {
    TestImage.build(FORMED, "ENTRYPOINT [\"echo\", \"entry\"]\nCMD [\"default\"]\nUSER 1234\n");
  }

  @AfterAll
  static void forgetImage() {
    TestImage.forget(FORMED);
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Thread.interrupted()).as("interrupt flag left set").isFalse();
    ground.close();
  }

  @Test
  void aStepHasCloudBuildsEnvironmentFolderAndMounts() {
    TestStep step =
        TestStep.shell(
                0,
                SHELL,
                "echo $HOME $BUILDER_OUTPUT $B $S; pwd; ls -d /workspace /builder/home /cache;"
                    + " [ -S /var/run/docker.sock ] && echo socket")
            .env(Map.of("B", "value"), "S")
            .in("/workspace/deep/down")
            .volume("cache", "/cache");
    Exited exited = exited(step, Map.of("S", "hidden"));
    assertThat(exited.code()).isZero();
    assertThat(log.of(Stream.STDOUT))
        .containsExactly(
            "/builder/home /builder/outputs value hidden",
            "/workspace/deep/down",
            "/builder/home",
            "/cache",
            "/workspace",
            "socket");
  }

  @Test
  void theConfigsEnvironmentWinsOverDefaultsAndOverSecrets() {
    TestStep step =
        TestStep.shell(0, SHELL, "echo $HOME $BUILDER_OUTPUT $S")
            .env(Map.of("HOME", "/mine", "BUILDER_OUTPUT", "/out", "S", "open"), "S");
    exited(step, Map.of("S", "hidden"));
    assertThat(log.of(Stream.STDOUT)).containsExactly("/mine /out open");
  }

  @Test
  void argumentsGoToTheImagesEntrypointAndNoneMeansItsCommand() {
    exited(TestStep.shell(0, FORMED, "").entrypoint(null, "a b", "$HOME"), Map.of());
    exited(TestStep.shell(1, FORMED, "").entrypoint(null), Map.of());
    assertThat(log.of(Stream.STDOUT)).containsExactly("entry a b $HOME", "entry default");
  }

  @Test
  void anEntrypointReplacesTheImagesAndDropsItsCommand() {
    exited(TestStep.shell(0, FORMED, "").entrypoint("printf", "%s."), Map.of());
    assertThat(log.of(Stream.STDOUT)).containsExactly(". [cut]");
  }

  @Test
  void aScriptRunsByTheShellUnlessItNamesAnother() {
    exited(TestStep.shell(0, SHELL, "").script("echo \"$0\"\necho $HOME"), Map.of());
    exited(TestStep.shell(1, SHELL, "").script("#!/bin/cat\nverbatim $HOME"), Map.of());
    assertThat(log.of(Stream.STDOUT))
        .containsExactly("/builder/script", "/builder/home", "#!/bin/cat", "verbatim $HOME [cut]");
  }

  @Test
  void aScriptWhoseInterpreterIsMissingSaysSo() {
    Exited exited = exited(TestStep.shell(0, SHELL, "").script("#!/usr/bin/env-less\n"), Map.of());
    assertThat(exited.code()).isNotZero();
    assertThat(log.of(Stream.RUNNER))
        .anyMatch(l -> l.contains("the script needs /usr/bin/env-less") && l.contains(SHELL));
  }

  @Test
  void aProgramThatTheImageLacksIsTheStepsOwnFault() {
    StepOutcome outcome = run(TestStep.shell(0, SHELL, "").entrypoint("no-such-program"), Map.of());
    assertThat(outcome)
        .isInstanceOfSatisfying(
            NotStarted.class,
            n -> assertThat(n.reason()).contains("no-such-program").contains("not found"));
  }

  @Test
  void anImageThatDoesNotExistIsTheStepsOwnFaultWithoutAnotherTry() {
    try (TestRegistry registry = new TestRegistry(Optional.empty())) {
      String absent = registry.address() + "/thing:none";
      StepOutcome outcome = run(TestStep.shell(0, absent, "true"), Map.of());
      assertThat(outcome)
          .isInstanceOfSatisfying(
              NotStarted.class, n -> assertThat(n.reason()).contains("/thing:none"));
      assertThat(ground.pauses()).isEmpty();
    }
  }

  @Test
  void aRegistryThatHasNoAddressIsAskedOnce() {
    StepOutcome outcome = run(TestStep.shell(0, "registry.invalid/thing:1", "true"), Map.of());
    assertThat(outcome).isInstanceOf(StepOutcome.NotStarted.class);
    assertThat(ground.pauses()).isEmpty();
  }

  @Test
  void exitCodeStreamsAndBytesArriveAsTheyAre() {
    Exited exited =
        exited(
            TestStep.shell(0, SHELL, "printf 'a\\rb\\n\\n'; printf 'oops' >&2; exit 7"), Map.of());
    assertThat(exited.code()).isEqualTo(7);
    assertThat(log.of(Stream.STDOUT)).containsExactly("a\rb", "");
    assertThat(log.of(Stream.STDERR)).containsExactly("oops [cut]");
  }

  @Test
  void theFirstFiftyKilobytesOfTheOutputFileAreKept() {
    Exited exited =
        exited(
            TestStep.shell(0, SHELL, "yes 0123456 | head -c 60000 >$BUILDER_OUTPUT/output"),
            Map.of());
    assertThat(exited.output()).hasSize(50 * 1024).startsWith("0123456\n0123456\n".getBytes(UTF_8));
  }

  @Test
  void aStepThatIsNotRootWritesWorkspaceHomeAndOutput() {
    Exited exited =
        exited(
            TestStep.shell(0, FORMED, "")
                .entrypoint(
                    "sh",
                    "-c",
                    "id -u; echo x >/workspace/f && echo x >$HOME/f && echo -n x >$BUILDER_OUTPUT/output"),
            Map.of());
    assertThat(log.of(Stream.STDOUT)).containsExactly("1234");
    assertThat(exited.code()).isZero();
    assertThat(exited.output()).isEqualTo("x".getBytes(UTF_8));
  }

  @Test
  void anOutputThatIsNoFileFailsASuccessfulStepAndNoOther() {
    Exited exited = exited(TestStep.shell(0, SHELL, "mkdir $BUILDER_OUTPUT/output"), Map.of());
    assertThat(exited.code()).isEqualTo(1);
    assertThat(log.of(Stream.RUNNER)).anyMatch(l -> l.contains("is not a regular file"));
    Exited failed =
        exited(TestStep.shell(1, SHELL, "mkdir $BUILDER_OUTPUT/output; exit 9"), Map.of());
    assertThat(failed.code()).isEqualTo(9);
  }

  @Test
  void anOutputOfManyGigabytesIsNotReadToItsEnd() {
    long start = System.nanoTime();
    Exited exited =
        exited(
            TestStep.shell(
                0,
                SHELL,
                "cd $BUILDER_OUTPUT; truncate -s 100G output a-file; echo A=1 >>$GROUNDBUILD_ENV"),
            Map.of());
    assertThat(exited.output()).hasSize(50 * 1024);
    assertThat(exited.variables().values()).isEqualTo(Map.of("A", "1"));
    ground.awaitCleanup();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void anOutputThatIsAHardLinkIsReadAndASymbolicOneIsNot() {
    String files = "cd $BUILDER_OUTPUT; echo text >a; ";
    Exited hard = exited(TestStep.shell(0, SHELL, files + "ln a output"), Map.of());
    assertThat(hard.output()).isEqualTo("text\n".getBytes(UTF_8));
    Exited symbolic = exited(TestStep.shell(1, SHELL, files + "ln -s a output"), Map.of());
    assertThat(symbolic.code()).isEqualTo(1);
  }

  @Test
  void variablesForLaterStepsAreReadWithTheOutput() {
    Exited exited =
        exited(
            TestStep.shell(
                0,
                SHELL,
                "echo out >$BUILDER_OUTPUT/output; printf 'A=1\\nB<<E\\nx\\ny\\nE\\n' >>$GROUNDBUILD_ENV"),
            Map.of());
    assertThat(exited.code()).isZero();
    assertThat(exited.output()).isEqualTo("out\n".getBytes(UTF_8));
    assertThat(exited.variables().values()).isEqualTo(Map.of("A", "1", "B", "x\ny"));
  }

  @Test
  void aBadLineAmongTheVariablesFailsASuccessfulStepAndNamesTheLineButNoValue() {
    String bad = "echo A=1 >>$GROUNDBUILD_ENV; echo hidden word >>$GROUNDBUILD_ENV";
    assertThat(exited(TestStep.shell(0, SHELL, bad), Map.of()).code()).isEqualTo(1);
    assertThat(log.of(Stream.RUNNER))
        .anyMatch(l -> l.contains("line 2 of $GROUNDBUILD_ENV") && !l.contains("hidden"));
    Exited failed = exited(TestStep.shell(1, SHELL, bad + "; exit 7"), Map.of());
    assertThat(failed.code()).isEqualTo(7);
    assertThat(failed.variables().isEmpty()).isTrue();
  }

  @Test
  void stepsShareWorkspaceHomeAndVolumes() {
    String write = "echo w >/workspace/f; echo h >$HOME/f; echo c >/cache/f";
    exited(TestStep.shell(0, SHELL, write).volume("cache", "/cache"), Map.of());
    String read = "cat /workspace/f $HOME/f /else/f";
    exited(TestStep.shell(1, SHELL, read).volume("cache", "/else"), Map.of());
    assertThat(log.of(Stream.STDOUT)).containsExactly("w", "h", "c");
  }

  @Test
  void aStepThatExceedsItsTimeIsKilledWithItsLinesKept() {
    StepOutcome outcome =
        run(
            TestStep.shell(0, SHELL, "trap '' TERM; echo before; sleep 600")
                .within(Duration.ofSeconds(2)),
            Map.of());
    assertThat(outcome).isInstanceOf(TimedOut.class);
    assertThat(log.of(Stream.STDOUT)).containsExactly("before");
  }

  @Test
  void aStepWithinItsTimeIsNotDisturbed() {
    TestStep step = TestStep.shell(0, SHELL, "exit 4").within(Duration.ofHours(1));
    assertThat(exited(step, Map.of()).code()).isEqualTo(4);
  }

  @Test
  void aChildThatKeepsTheOutputOpenEndsWithTheStep() {
    assertThat(exited(TestStep.shell(0, SHELL, "sleep 600 & echo done"), Map.of()).code()).isZero();
    assertThat(log.of(Stream.STDOUT)).containsExactly("done");
  }

  @Test
  void runningStepsFindEachOtherByTheirNumber() throws Exception {
    Thread server =
        Thread.ofVirtual()
            .start(() ->
                run(TestStep.shell(0, SHELL, "echo up; echo hello | nc -l -p 7000"), Map.of()));
    log.await("STDOUT up");
    String ask = "until nc step_0 7000 </dev/null; do sleep 0.1; done";
    exited(TestStep.shell(1, SHELL, ask), Map.of());
    server.join();
    assertThat(log.of(Stream.STDOUT)).contains("hello");
  }

  @Test
  void whoHearsOfTheEndFindsTheContainerAsTheStepLeftIt() {
    List<String> heard = new ArrayList<>();
    StepAftermath aftermath =
        (container, outcome) -> {
          byte[] left = ground.engine().readFile(container, "/tmp/x", 100).orElseThrow();
          heard.add(((Exited) outcome).code() + new String(left, StandardCharsets.UTF_8));
        };
    TestStep step = TestStep.shell(0, SHELL, "echo ' left' >/tmp/x; exit 7");
    ground.runner().run(step.spec(), ground.site(), Map.of(), log, aftermath);
    assertThat(heard).containsExactly("7 left\n");
  }

  @Test
  void whoHearsOfTheEndHearsOfAStepThatCouldNotStartToo() {
    List<String> heard = new ArrayList<>();
    TestStep step = TestStep.shell(0, SHELL, "").entrypoint("/no/such/program");
    ground
        .runner()
        .run(
            step.spec(),
            ground.site(),
            Map.of(),
            log,
            (container, outcome) ->
                heard.add(
                    outcome.getClass().getSimpleName()
                        + ground.engine().startedAt(container).isPresent()));
    assertThat(heard).containsExactly("NotStartedfalse");
  }

  @Test
  void aLongOutputArrivesWhole() {
    CountingLog counting = new CountingLog();
    StepOutcome outcome =
        ground
            .runner()
            .run(
                TestStep.shell(0, SHELL, "yes 0123456789abcde | head -c 32000000").spec(),
                ground.site(),
                Map.of(),
                counting,
                StepAftermath.NONE);
    assertThat(((Exited) outcome).code()).isZero();
    assertThat(counting.lines).isEqualTo(2_000_000);
    assertThat(counting.wrong).isZero();
  }

  @Test
  void theStepsContainerIsGoneOnceTheCleanupIsAwaited() {
    exited(TestStep.shell(0, SHELL, "true"), Map.of());
    ground.awaitCleanup();
    assertThat(ground.containersOfSteps()).isEmpty();
  }

  @Test
  void whatIsSaidOfAnImageComesFirst() {
    exited(TestStep.shell(0, SHELL, "echo out"), Map.of());
    assertThat(log.lines()).isEqualTo(List.of("RUNNER Already have image: " + SHELL, "STDOUT out"));
  }

  private StepOutcome run(TestStep step, Map<String, String> secrets) {
    return ground.runner().run(step.spec(), ground.site(), secrets, log, StepAftermath.NONE);
  }

  private Exited exited(TestStep step, Map<String, String> secrets) {
    StepOutcome outcome = run(step, secrets);
    assertThat(outcome).isInstanceOf(Exited.class);
    assertThat(outcome.timing().end()).isAfterOrEqualTo(outcome.timing().start());
    assertThat(outcome.timing().pullEnd()).isPresent();
    return (Exited) outcome;
  }

  /** Counts lines, and those that are not as they should be. */
  private static final class CountingLog implements StepLog {
    private long lines;
    private long wrong;

    @Override
    public void line(int step, Stream stream, byte[] line, boolean complete) {
      if (stream != Stream.STDOUT) {
        return;
      }
      lines++;
      if (line.length != 15 || line[0] != '0' || line[14] != 'e' || !complete) {
        wrong++;
      }
    }
  }
}
