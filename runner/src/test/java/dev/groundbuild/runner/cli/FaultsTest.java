package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What goes wrong around a build, and steps that are hard to run. The desk asserts after each that
 * nothing is left behind.
 */
final class FaultsTest {
  private static final Duration SOON = Duration.ofSeconds(40);

  @RegisterExtension private final Desk desk = new Desk();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "starting build",
        "FETCHSOURCE",
        "BUILD",
        "Starting Step #0",
        "first says",
        "Finished Step #0",
        "PUSH"
      })
  void aRunThatIsKilledAtAnyPointIsClearedByTheNext(String point) throws Exception {
    desk.config(
        """
        steps:
        - {name: busybox, script: 'echo first says; sleep 0.3', volumes: &v [{name: vol, path: /v}]}
        - {name: busybox, args: [echo, second], volumes: *v}
        """);
    CliProcess run = desk.start("run");
    run.awaitOut(point);
    run.signal("KILL");
    run.await();

    CliProcess.Ended clean = desk.run("clean");

    assertThat(clean.exit()).as(clean.err()).isZero();
    assertThat(desk.left()).isEmpty();
    assertThat(desk.temporary()).isEmpty();
    assertThat(desk.run("log").out()).startsWith("starting build");
  }

  @Test
  void anEngineThatIsLostIsNoFailureOfTheStepAndIsClearedWhenItIsBack() throws Exception {
    desk.config("steps: [{name: busybox, script: 'echo begun; sleep 600'}]");
    try (CutSocket engine = new CutSocket(desk.root().resolve("engine.sock"))) {
      CliProcess run =
          desk.startWith(Map.of("DOCKER_HOST", engine.address()), "run", "--build-json=build.json");
      run.awaitOut("begun");
      engine.cut();
      CliProcess.Ended ended = run.await();

      assertThat(ended.exit()).as(ended.out() + ended.err()).isEqualTo(3);
      assertThat(ended.took()).isLessThan(SOON);
      assertThat(ended.out()).contains("begun", "Docker engine at " + engine.address());
      assertThat(ended.out() + ended.err()).contains("groundbuild clean");
      assertThat(desk.build().getStatus()).isEqualTo(Build.Status.INTERNAL_ERROR);
      assertThat(desk.left()).isNotEmpty();
      engine.mend();
      assertThat(desk.run("clean").exit()).isZero();
    }
  }

  @Test
  void anEngineThatIsBackAtOnceIsClearedByTheRunItself() throws Exception {
    desk.config("steps: [{name: busybox, script: 'echo begun; sleep 600'}]");
    try (CutSocket engine = new CutSocket(desk.root().resolve("engine.sock"))) {
      CliProcess run =
          desk.startWith(Map.of("DOCKER_HOST", engine.address()), "run", "--build-json=build.json");
      run.awaitOut("begun");
      engine.cut();
      engine.mend();

      CliProcess.Ended ended = run.await();

      assertThat(ended.exit()).as(ended.out() + ended.err()).isEqualTo(3);
      assertThat(desk.build().getStatus()).isEqualTo(Build.Status.INTERNAL_ERROR);
      assertThat(desk.left()).isEmpty();
    }
  }

  @Test
  void aStepThatIsKilledForItsMemorySaysSo() throws Exception {
    desk.config(
        """
        steps:
        - {id: eater, name: busybox, script: 'until [ -e go ]; do sleep 0.1; done; tail /dev/zero'}
        - id: limit
          name: gcr.io/cloud-builders/docker
          args: [update, --memory, 32m, --memory-swap, 32m, 'groundbuild_${BUILD_ID}_step_0']
          waitFor: ['-']
        - {name: busybox, args: [touch, go], waitFor: [limit]}
        """);
    CliProcess.Ended ended = desk.run("run", "--build-json=build.json");

    assertThat(ended.exit()).as(ended.out() + ended.err()).isEqualTo(1);
    assertThat(ended.out()).contains("killed for its memory");
    assertThat(desk.build().getSteps(0).getExitCode()).isEqualTo(137);
    assertThat(desk.build().getStatus()).isEqualTo(Build.Status.FAILURE);
  }

  @Test
  void aFullDiskInTheWorkspaceIsToldInTheStepsOwnWords() throws Exception {
    desk.config(
        """
        steps:
        - name: busybox
          script: |
            mkdir small && mount -t tmpfs -o size=1m none small
            dd if=/dev/zero of=small/file bs=64k count=100
        """);
    CliProcess.Ended ended = desk.run("run");

    assertThat(ended.exit()).as(ended.out() + ended.err()).isEqualTo(1);
    assertThat(ended.out()).contains("No space left on device");
  }

  @Test
  void anImageWithoutAProgramSaysThatThereIsNothingToRun() throws Exception {
    desk.config("steps: [{name: groundbuild/empty}]");
    CliProcess.Ended ended = desk.run("run", "--build-json=build.json");

    assertThat(ended.exit()).as(ended.out() + ended.err()).isEqualTo(1);
    assertThat(ended.out()).containsIgnoringCase("no command specified");
    assertThat(desk.build().getStatus()).isEqualTo(Build.Status.FAILURE);
  }

  @Test
  void aChildThatKeepsStandardOutputOpenHoldsNothingUp() throws Exception {
    desk.config("steps: [{name: busybox, script: 'sleep 600 & echo early'}]");
    CliProcess.Ended ended = desk.run("run");

    assertThat(ended.exit()).as(ended.out() + ended.err()).isZero();
    assertThat(ended.out()).contains("early");
    assertThat(ended.took()).isLessThan(SOON);
  }

  @Test
  void fiftyStepsRunAtOnceAndEachIsHeard() throws Exception {
    desk.config(
        IntStream.range(0, 50)
            .mapToObj(
                i -> "- {name: busybox, args: [echo, 'I am %d.'], waitFor: ['-']}\n".formatted(i))
            .collect(Collectors.joining("", "steps:\n", "")));
    CliProcess.Ended ended = desk.run("run");

    assertThat(ended.exit()).as(ended.out() + ended.err()).isZero();
    for (int i = 0; i < 50; i++) {
      assertThat(ended.out()).contains("Step #%d: I am %d.\n".formatted(i, i));
    }
  }

  @Test
  void threeHundredStepsArePlannedAndRunInTheirOrder() throws Exception {
    desk.config("steps:\n" + "- {name: busybox, args: [echo, x]}\n".repeat(300));
    CliProcess.Ended ended = desk.run("run", "--engine=fake");

    assertThat(ended.exit()).as(ended.out() + ended.err()).isZero();
    assertThat(ended.out().lines().filter(l -> l.startsWith("Finished Step #")).toList())
        .isEqualTo(IntStream.range(0, 300).mapToObj(i -> "Finished Step #" + i).toList());
  }

  @Test
  void twoHundredMegabytesOfLogAreKeptToTheLastByte() throws Exception {
    desk.config("steps: [{name: busybox, script: 'yes 0123456789abcdefghi | head -c 200000000'}]");
    CliProcess.Ended ended = desk.run("run");

    assertThat(ended.exit()).as(ended.err()).isZero();
    Path log = Path.of(desk.run("log", "--path").out().strip());
    byte[] line = "0123456789abcdefghi\n".getBytes(StandardCharsets.US_ASCII);
    try (var in = Files.newInputStream(log)) {
      byte[] kept = in.readAllBytes();
      int start = indexOf(kept, line);
      for (int i = 0; i < 200_000_000; i++) {
        if (kept[start + i] != line[i % line.length]) {
          throw new AssertionError("byte " + i + " of the step's output is another one");
        }
      }
      assertThat(new String(kept, start + 200_000_000, 5, StandardCharsets.US_ASCII))
          .isEqualTo("PUSH\n");
    }
  }

  private static int indexOf(byte[] text, byte[] line) {
    return new String(text, 0, 10_000, StandardCharsets.ISO_8859_1)
        .indexOf(new String(line, StandardCharsets.ISO_8859_1));
  }
}
