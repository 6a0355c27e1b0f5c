package dev.groundbuild.runner.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.BuildEvent;
import dev.groundbuild.runner.BuildOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildHistoryTest {
  private static final long MUCH = 1L << 40;

  @TempDir Path folder;
  private Instant now = Instant.parse("2026-03-04T05:06:07Z");
  private final InstantSource clock = () -> now = now.plusMillis(1);

  @Test
  void aBuildIsThereFromItsStartAndKnowsItsStates() throws IOException {
    BuildHistory history = history(100, MUCH);
    assertThat(history.list()).isEmpty();
    BuildKeeper keeper = history.start(build("aa-1"));
    KeptBuild kept = history.list().getFirst();
    assertThat(kept.running()).isTrue();
    assertThat(kept.build().getStatus()).isEqualTo(Build.Status.QUEUED);
    assertThat(kept.log()).isEqualTo(keeper.log()).isEmptyFile();

    keeper.on(new BuildEvent.Started(now));
    assertThat(kept.build().getStatus()).isEqualTo(Build.Status.WORKING);
    assertThat(kept.build().getStartTime().getSeconds()).isEqualTo(now.getEpochSecond());

    Build done = build("aa-1").toBuilder().setStatus(Build.Status.SUCCESS).build();
    keeper.on(new BuildEvent.Ended(now, new BuildOutcome(done, Map.of(), "")));
    keeper.close();
    assertThat(keeper.problem()).isEmpty();
    assertThat(kept.build()).isEqualTo(done);
    assertThat(history.list().getFirst().running()).isFalse();
  }

  @Test
  void buildsAreFoundByIdOrPrefixTheNewestFirst() throws IOException {
    BuildHistory history = history(100, MUCH);
    for (String id : List.of("b-2", "a-1", "b-1", "b")) {
      history.start(build(id)).close();
    }
    assertThat(ids(history.list())).containsExactly("b", "b-1", "a-1", "b-2");
    assertThat(ids(history.find("a"))).containsExactly("a-1");
    assertThat(ids(history.find("b-"))).containsExactly("b-1", "b-2");
    assertThat(ids(history.find("b"))).containsExactly("b");
    assertThat(history.find("x")).isEmpty();
  }

  @Test
  void onlyTheNewestAreKeptButNoneThatRuns() throws IOException {
    BuildHistory history = history(3, MUCH);
    BuildKeeper running = history.start(build("old"));
    for (int i = 0; i < 6; i++) {
      history.start(build("b" + i)).close();
    }
    assertThat(ids(history.list())).containsExactly("b5", "b4", "b3", "old");
    running.close();
    history.start(build("b6")).close();
    assertThat(ids(history.list())).containsExactly("b6", "b5", "b4");
    assertOnlyBuildsIn(folder.resolve("builds"));
  }

  @Test
  void bigLogsLeaveRoomForFewerBuilds() throws IOException {
    BuildHistory history = history(100, 250_000);
    for (int i = 0; i < 4; i++) {
      BuildKeeper keeper = history.start(build("b" + i));
      Files.write(keeper.log(), new byte[100_000]);
      keeper.close();
    }
    assertThat(ids(history.list())).containsExactly("b3", "b2", "b1");
  }

  @Test
  void nobodyElseCanReadIt() throws IOException {
    BuildKeeper keeper = history(100, MUCH).start(build("a"));
    keeper.on(new BuildEvent.Started(now));
    keeper.source("somewhere");
    Path kept = keeper.kept().folder();
    for (Path each : List.of(kept, kept.getParent())) {
      assertThat(permissions(each)).isEqualTo("rwx------");
    }
    try (Stream<Path> files = Files.list(kept)) {
      assertThat(files)
          .hasSize(6)
          .allSatisfy(f -> assertThat(permissions(f)).isEqualTo("rw-------"));
    }
    keeper.close();
    assertThat(keeper.kept().source()).isEqualTo("somewhere");
  }

  @Test
  void manyBuildsMayStartAtOnce() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<BuildKeeper>> starts = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        String id = "b" + i;
        starts.add(
            threads.submit(() -> {
              BuildKeeper keeper =
                  new BuildHistory(folder, 5, MUCH, InstantSource.system()).start(build(id));
              keeper.on(new BuildEvent.Started(Instant.EPOCH));
              keeper.close();
              return keeper;
            }));
      }
      for (Future<BuildKeeper> start : starts) {
        assertThat(start.get().problem()).isEmpty();
      }
    }
    BuildHistory history = history(5, MUCH);
    history.start(build("last")).close();
    assertThat(history.list()).hasSize(5).allSatisfy(b -> assertThat(b.running()).isFalse());
    assertOnlyBuildsIn(folder.resolve("builds"));
  }

  @Test
  void aBuildWhoseProcessWasKilledNoLongerRuns() throws Exception {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("started");
    BuildHistory history = history(1, MUCH);
    assertThat(history.list().getFirst().running()).isTrue();
    process.destroyForcibly().waitFor();
    KeptBuild cutOff = history.list().getFirst();
    assertThat(cutOff.running()).isFalse();
    assertThat(cutOff.build().getStatus()).isEqualTo(Build.Status.WORKING);
    history.start(build("next")).close();
    assertThat(ids(history.list())).containsExactly("next");
  }

  /** Runs in a process of its own, to be killed. */
  static final class Holder {
    static void main(String[] args) throws Exception {
      BuildHistory history = BuildHistory.in(Path.of(args[0]), InstantSource.system());
      try (BuildKeeper keeper = history.start(build("held"))) {
        keeper.on(new BuildEvent.Started(Instant.now()));
        System.out.println("started");
        System.in.read();
      }
    }
  }

  @Test
  void whatAKilledProcessLeftHalfMadeIsRemovedAfterAWhile() throws IOException {
    BuildHistory history = history(100, MUCH);
    history.start(build("a")).close();
    Path builds = folder.resolve("builds");
    Path going = Files.createDirectory(builds.resolve(".going-x"));
    Files.createFile(going.resolve("log.txt"));
    Path fresh = Files.createDirectory(builds.resolve(".coming-fresh"));
    Files.setLastModifiedTime(fresh, FileTime.from(now));
    Path stale = Files.createDirectory(builds.resolve(".coming-stale"));
    Files.setLastModifiedTime(stale, FileTime.from(now.minus(Duration.ofMinutes(2))));
    history.start(build("b")).close();
    assertThat(fresh).exists();
    assertThat(stale).doesNotExist();
    assertThat(going).doesNotExist();
  }

  @Test
  void anIdThatIsNoFileNameIsRefused() {
    assertThatThrownBy(() -> history(100, MUCH).start(build("../x")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theFolderFollowsTheEnvironment() throws IOException {
    Path home = Files.createDirectory(folder.resolve("home"));
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    String user = System.getProperty("user.name");
    assertThat(StateFolder.of(Map.of("XDG_STATE_HOME", home + "/state", "HOME", "/x"), temporary))
        .isEqualTo(home.resolve("state/groundbuild"));
    assertThat(StateFolder.of(Map.of("XDG_STATE_HOME", "relative", "HOME", home + ""), temporary))
        .isEqualTo(home.resolve(".local/state/groundbuild"));
    assertThat(StateFolder.of(Map.of("HOME", "/proc/none"), temporary))
        .isEqualTo(temporary.resolve("groundbuild-" + user));
    assertThat(permissions(StateFolder.of(Map.of(), temporary))).isEqualTo("rwx------");
    Files.delete(temporary.resolve("groundbuild-" + user));
    Files.createSymbolicLink(temporary.resolve("groundbuild-" + user), home);
    assertThatThrownBy(() -> StateFolder.of(Map.of(), temporary))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("(is a symbolic link); set XDG_STATE_HOME");
  }

  private void assertOnlyBuildsIn(Path builds) throws IOException {
    try (Stream<Path> all = Files.list(builds)) {
      assertThat(all).noneMatch(path -> path.getFileName().toString().startsWith("."));
    }
  }

  private BuildHistory history(int mostBuilds, long mostBytes) {
    return new BuildHistory(folder, mostBuilds, mostBytes, clock);
  }

  private static List<String> ids(List<KeptBuild> builds) {
    return builds.stream().map(KeptBuild::id).toList();
  }

  private static String permissions(Path path) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Build build(String id) {
    return Build.newBuilder().setId(id).setStatus(Build.Status.QUEUED).build();
  }
}
