package dev.groundbuild.runner.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildOptions;
import com.google.cloudbuild.v1.BuildStep;
import com.google.cloudbuild.v1.BuiltImage;
import com.google.cloudbuild.v1.Results;
import com.google.cloudbuild.v1.Source;
import com.google.cloudbuild.v1.StorageSource;
import com.google.cloudbuild.v1.TimeSpan;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildRecordTest {
  private static final Timestamp TIME =
      Timestamp.newBuilder().setSeconds(1_700_000_000).setNanos(123_456_789).build();

  @TempDir Path folder;

  /** Cloud Build: the order and the encodings seen in its messages, spec section 4.1. */
  @Test
  void itIsWrittenAsCloudBuildWritesIt() {
    assertThat(BuildRecord.pretty(build()))
        .isEqualTo(
            """
            {
              "id": "b-1",
              "projectId": "p",
              "status": "SUCCESS",
              "source": {
                "storageSource": {
                  "bucket": "b",
                  "generation": "1587758711468142"
                }
              },
              "steps": [
                {
                  "name": "busybox",
                  "args": [
                    "echo",
                    "<a> & 'b' = \\"c\\""
                  ],
                  "timing": {
                    "startTime": "2023-11-14T22:13:20.123456789Z"
                  },
                  "status": "SUCCESS",
                  "exitCode": 3
                }
              ],
              "results": {
                "images": [
                  {
                    "name": "gcr.io/p/x",
                    "digest": "sha256:00"
                  }
                ],
                "buildStepImages": [
                  "",
                  "sha256:01"
                ],
                "buildStepOutputs": [
                  "b3V0"
                ]
              },
              "createTime": "2023-11-14T22:13:20.123456789Z",
              "startTime": "2023-11-14T22:13:20Z",
              "finishTime": "2023-11-14T22:13:20.123456Z",
              "timeout": "600s",
              "images": [
                "gcr.io/p/x"
              ],
              "logsBucket": "gs://logs",
              "buildTriggerId": "t",
              "options": {
                "logging": "LEGACY"
              },
              "logUrl": "https://x",
              "substitutions": {
                "_A": "1",
                "_B": "2"
              },
              "tags": [
                "t1"
              ],
              "timing": {
                "BUILD": {
                  "startTime": "2023-11-14T22:13:20.123456789Z"
                }
              }
            }
            """);
  }

  @Test
  void aMessageIsOneLineAndReadsBackAsTheSameBuild() throws IOException {
    String line = BuildRecord.compact(build());
    assertThat(line).doesNotContain("\n").startsWith("{\"id\":\"b-1\",\"projectId\":\"p\",");
    Path file = folder.resolve("build.json");
    BuildRecord.write(file, build());
    assertThat(BuildRecord.read(file)).isEqualTo(build());
    assertThatThrownBy(() -> BuildRecord.read(Files.writeString(folder.resolve("x"), "{")))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(folder.resolve("x") + " is not the record of a build");
  }

  @Test
  void aFileIsReplacedWholeAlsoThroughALinkAndOnAnInterruptedThread() throws IOException {
    Path real = Files.writeString(folder.resolve("real.json"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link.json"), real);
    Thread.currentThread().interrupt();
    BuildRecord.write(link, build());
    assertThat(Thread.interrupted()).isTrue();
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(BuildRecord.read(real)).isEqualTo(build());
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactlyInAnyOrder(real, link);
    }
  }

  @Test
  void aFileOfTheUsersHasTheUsualPermissions() throws IOException {
    Path usual = Files.createFile(folder.resolve("usual"));
    Path file = folder.resolve("build.json");
    BuildRecord.write(file, build());
    assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Files.getPosixFilePermissions(usual));
  }

  @Test
  void aDeviceIsWrittenToAsItIs() throws IOException {
    BuildRecord.write(Path.of("/dev/null"), build());
    assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
    assertThat(BuildRecord.problemWith("/dev/null")).isEmpty();
  }

  @Test
  void placesThatCannotBeWrittenToAreKnownBefore() throws IOException {
    assertThat(BuildRecord.problemWith(folder + "/b.json")).isEmpty();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
    assertThat(BuildRecord.problemWith("-"))
        .contains("--build-json needs a file name: standard output is for the log");
    assertThat(BuildRecord.problemWith(folder.toString()))
        .contains("--build-json=" + folder + " is a folder; name a file in it");
    assertThat(BuildRecord.problemWith(folder + "/no/b.json"))
        .contains(
            "--build-json=%s/no/b.json: the folder %s/no does not exist; make it first"
                .formatted(folder, folder));
    assertThat(BuildRecord.problemWith("/proc/b.json"))
        .hasValueSatisfying(text ->
            assertThat(text)
                .startsWith("--build-json=/proc/b.json: no file can be made in /proc: "));
  }

  static Build build() {
    return Build.newBuilder()
        .setId("b-1")
        .setProjectId("p")
        .setStatus(Build.Status.SUCCESS)
        .setSource(
            Source.newBuilder()
                .setStorageSource(
                    StorageSource.newBuilder().setBucket("b").setGeneration(1587758711468142L)))
        .addSteps(
            BuildStep.newBuilder()
                .setName("busybox")
                .addArgs("echo")
                .addArgs("<a> & 'b' = \"c\"")
                .setStatus(Build.Status.SUCCESS)
                .setExitCode(3)
                .setTiming(TimeSpan.newBuilder().setStartTime(TIME)))
        .setResults(
            Results.newBuilder()
                .addImages(BuiltImage.newBuilder().setName("gcr.io/p/x").setDigest("sha256:00"))
                .addBuildStepImages("")
                .addBuildStepImages("sha256:01")
                .addBuildStepOutputs(ByteString.copyFromUtf8("out")))
        .setCreateTime(TIME)
        .setStartTime(TIME.toBuilder().setNanos(0))
        .setFinishTime(TIME.toBuilder().setNanos(123_456_000))
        .setTimeout(Duration.newBuilder().setSeconds(600))
        .addImages("gcr.io/p/x")
        .setLogsBucket("gs://logs")
        .setBuildTriggerId("t")
        .setOptions(BuildOptions.newBuilder().setLogging(BuildOptions.LoggingMode.LEGACY))
        .setLogUrl("https://x")
        .putSubstitutions("_B", "2")
        .putSubstitutions("_A", "1")
        .addTags("t1")
        .putTiming("BUILD", TimeSpan.newBuilder().setStartTime(TIME).build())
        .build();
  }
}
