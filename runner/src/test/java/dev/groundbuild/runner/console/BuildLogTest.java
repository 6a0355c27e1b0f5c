package dev.groundbuild.runner.console;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build.Status;
import dev.groundbuild.runner.BuildEvent;
import dev.groundbuild.steps.StepLog.Stream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildLogTest {
  private static final Afterwards NOTHING_AFTERWARDS =
      new Afterwards(Optional.empty(), Optional.empty());

  @TempDir Path folder;
  private final Stage stage = new Stage();

  @Test
  void ofFiftyStepsAtOnceNoLineIsLostTornOrOutOfOrder() throws Exception {
    int steps = 50;
    int lines = 2000;
    for (int i = 0; i < steps; i++) {
      stage.step("s" + i);
    }
    Path file = folder.resolve("log");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BuildLog log =
        stage.open(
            LogFile.open(file, Path.of("/dev/null")),
            new PlainConsole(out, out, Palette.PLAIN, NOTHING_AFTERWARDS, stage));
    CyclicBarrier ready = new CyclicBarrier(steps);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> done = new ArrayList<>();
      for (int i = 0; i < steps; i++) {
        int step = i;
        stage.begin(step);
        done.add(
            threads.submit(() -> {
              ready.await();
              for (int n = 0; n < lines; n++) {
                Stream stream = n % 3 == 0 ? Stream.STDERR : Stream.STDOUT;
                log.line(step, stream, (n + "x".repeat(n % 90)).getBytes(UTF_8), true);
              }
              return null;
            }));
      }
      for (Future<Void> one : done) {
        one.get();
      }
    }
    log.close();
    assertThat(Files.readAllBytes(file)).isEqualTo(out.toByteArray());
    Map<Integer, Integer> next = new HashMap<>();
    for (String line : Files.readString(file).lines().toList()) {
      if (line.startsWith("Step #")) {
        int step = Integer.parseInt(line.substring(6, line.indexOf(' ', 6)));
        int n = next.merge(step, 1, Integer::sum) - 1;
        assertThat(line).isEqualTo("Step #%d - \"s%d\": %d%s", step, step, n, "x".repeat(n % 90));
      }
    }
    assertThat(next).hasSize(steps).allSatisfy((step, n) -> assertThat(n).isEqualTo(lines));
  }

  @Test
  void bytesPassThroughAsTheyAre() throws IOException {
    stage.step("a");
    Path file = folder.resolve("log");
    BuildLog log = stage.open(LogFile.open(file, Path.of("/dev/null")));
    byte[] all = new byte[256];
    for (int i = 0; i < 256; i++) {
      all[i] = (byte) (i == '\n' ? 0 : i);
    }
    byte[] huge = new byte[10 << 20];
    Arrays.fill(huge, (byte) 'h');
    log.line(0, Stream.STDOUT, all, true);
    log.line(0, Stream.STDOUT, "10 %\r20 %\r".getBytes(UTF_8), true);
    log.line(0, Stream.STDOUT, huge, true);
    log.close();
    String expected =
        "starting build \""
            + Stage.BUILD
            + "\"\n\n"
            + new String(all, ISO_8859_1)
            + "\n10 %\r20 %\r\n"
            + "h".repeat(huge.length)
            + "\n";
    assertThat(Files.readString(file, ISO_8859_1).equals(expected)).isTrue();
  }

  @Test
  void aLineWithoutLineFeedGetsOne() throws IOException {
    stage.step("a").step("b");
    Path file = folder.resolve("log");
    BuildLog log = stage.open(LogFile.open(file, Path.of("/dev/null")));
    stage.begin(0);
    log.line(0, Stream.STDOUT, "cut off".getBytes(UTF_8), false);
    stage.exit(0, 0);
    stage.begin(1);
    log.line(1, Stream.STDOUT, "last".getBytes(UTF_8), false);
    log.close();
    assertThat(Files.readString(file))
        .endsWith(
            """
            Step #0 - "a": cut off
            Finished Step #0 - "a"
            Starting Step #1 - "b"
            Step #1 - "b": last
            """);
  }

  @Test
  void thePiecesOfALongLineAreJoinedUnlessAnotherLineComesBetween() throws IOException {
    stage.step("a").step("b");
    Path file = folder.resolve("log");
    BuildLog log = stage.open(LogFile.open(file, Path.of("/dev/null")));
    log.line(0, Stream.STDOUT, "one ".getBytes(UTF_8), false);
    log.line(0, Stream.STDOUT, "two ".getBytes(UTF_8), false);
    log.line(1, Stream.STDOUT, "other".getBytes(UTF_8), true);
    log.line(0, Stream.STDOUT, "three".getBytes(UTF_8), true);
    log.line(0, Stream.STDOUT, "new".getBytes(UTF_8), true);
    log.close();
    assertThat(Files.readString(file))
        .endsWith(
            """
            Step #0 - "a": one two\s
            Step #1 - "b": other
            Step #0 - "a": three
            Step #0 - "a": new
            """);
  }

  @Test
  void aFullDiskEndsTheKeptLogButNotTheBuild() throws IOException {
    stage.step("a");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    BuildLog log =
        stage.open(
            LogFile.open(Path.of("/dev/full"), Path.of("/dev/null")),
            new PlainConsole(out, err, Palette.PLAIN, NOTHING_AFTERWARDS, stage));
    stage.say(0, "before");
    log.tick();
    stage.say(0, "after");
    stage.finish(Status.SUCCESS, "");
    assertThat(err.toString(UTF_8))
        .startsWith("WARNING: the log is no longer written to /dev/full: No space left");
    assertThat(out.toString(UTF_8)).contains("before\nafter\n").endsWith("DONE\n");
  }

  @Test
  void whatWasLoggedIsVisibleSoonAndOurThreadEndsWithTheLog() throws Exception {
    Path file = folder.resolve("log");
    List<Thread> threads;
    try (BuildLog log = BuildLog.open(List.of(LogFile.open(file, Path.of("/dev/null"))), stage)) {
      threads = threadsOfLogs();
      log.on(new BuildEvent.Started(stage.instant()));
      long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (Files.size(file) == 0 && System.nanoTime() < until) {
        Thread.onSpinWait();
      }
      assertThat(Files.readString(file)).startsWith("starting build");
    }
    assertThat(threads).hasSize(1);
    assertThat(threads.getFirst().join(Duration.ofSeconds(20))).isTrue();
  }

  private static List<Thread> threadsOfLogs() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("build-log"))
        .toList();
  }
}
