package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds as {@code gcloud builds describe} prints them, run on the fake engine. */
final class ReplayTest {
  private static final String ONES = "1".repeat(64);
  private static final String RECORD =
      """
      {
        "artifacts": {"images": ["gcr.io/my-project/web"]},
        "buildTriggerId": "2f6c1c1e-0000-4000-8000-3b0a27e2b001",
        "createTime": "2024-05-06T07:08:09.123456Z",
        "finishTime": "2024-05-06T07:09:10.654321Z",
        "id": "7f1f6b5e-1b1c-4a40-9a5e-1b2c3d4e5f60",
        "images": ["gcr.io/my-project/web"],
        "logUrl": "https://console.cloud.google.com/cloud-build/builds/7f1f6b5e?project=123",
        "logsBucket": "gs://123456789012.cloudbuild-logs.googleusercontent.com",
        "name": "projects/123/locations/europe-west1/builds/7f1f6b5e-1b1c-4a40-9a5e-1b2c3d4e5f60",
        "options": {"dynamicSubstitutions": true, "logging": "LEGACY", "pool": {}},
        "projectId": "my-project",
        "queueTtl": "3600s",
        "results": {
          "buildStepImages": ["sha256:ONES", "", "sha256:ONES"],
          "images": [{"digest": "sha256:22", "name": "gcr.io/my-project/web",
            "pushTiming": {"startTime": "2024-05-06T07:08:59Z"}}]
        },
        SOURCE
        "startTime": "2024-05-06T07:08:10.5Z",
        "status": "SUCCESS",
        "steps": [
          {"env": ["OUTPUT=costs $5, not ${_WHO} or $UNKNOWN"], "id": "one", "name": "busybox:1.36",
           "pullTiming": {"startTime": "2024-05-06T07:08:20Z"}, "status": "SUCCESS",
           "timing": {"startTime": "2024-05-06T07:08:20Z"}, "exitCode": 0},
          {"automapSubstitutions": true, "name": "busybox", "script": "echo", "somethingNew": 1},
          {"name": "gcr.io/my-project/web", "waitFor": ["one"]}
        ],
        "substitutions": {"BRANCH_NAME": "main", "COMMIT_SHA": "7e1f0c2", "_WHO": "me"},
        "tags": ["web"],
        "timeout": "600s",
        "timing": {"BUILD": {"startTime": "2024-05-06T07:08:20Z"}}
      }
      """
          .replace("ONES", ONES);

  @TempDir Path folder;

  @Test
  void aBuildRunsAsItWasResolved() throws IOException {
    record("");
    InProcess.Ended ended = cli("replay", "build.json", "--engine=fake", "--build-json=out.json");
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("costs $5, not ${_WHO} or $UNKNOWN");
    assertThat(ended.err())
        .contains("build.json:", "unknown field \"somethingNew\" in BuildStep is ignored")
        .doesNotContain("output only", "options.pool");
    Build.Builder build = Build.newBuilder();
    JsonFormat.parser().merge(Files.readString(folder.resolve("out.json")), build);
    assertThat(build.getId()).isNotEqualTo("7f1f6b5e-1b1c-4a40-9a5e-1b2c3d4e5f60");
    assertThat(build.getProjectId()).isEqualTo("my-project");
    assertThat(build.getName()).startsWith("projects/my-project/locations/europe-west1/builds/");
    assertThat(build.getSubstitutionsMap()).containsEntry("BRANCH_NAME", "main").hasSize(3);
    assertThat(build.getLogUrl()).isEmpty();
    assertThat(build.getCreateTime().getSeconds()).isGreaterThan(1_714_979_289);
    assertThat(cli("builds").out()).contains("SUCCESS", "web");
  }

  @Test
  void mappedSubstitutionsAreThoseOfTheRecord() throws IOException {
    record("");
    assertThat(cli("replay", "build.json", "--dryrun").out())
        .contains("--env BUILD_ID=7f1f6b5e-1b1c-4a40-9a5e-1b2c3d4e5f60 ")
        .contains("--env PROJECT_ID=my-project ", "--env LOCATION=europe-west1 ")
        .contains("--env _WHO=me ", "--env TAG_NAME= ");
  }

  @Test
  void imagesArePinnedWhereTheirDigestsAreKnown() throws IOException {
    record("");
    InProcess.Ended ended = cli("replay", "build.json", "--dryrun", "--pin-images");
    assertThat(ended.out()).contains("busybox@sha256:" + ONES).doesNotContain("web@sha256");
    assertThat(ended.err())
        .contains("busybox is not pinned: results.buildStepImages has no digest for it")
        .contains("gcr.io/my-project/web is not pinned: the build makes it itself");
  }

  @Test
  void aSourceThatIsNeededIsNamedWithTheWayToGiveIt() throws IOException {
    record(
        """
        "source": {"storageSource": {"bucket": "b", "object": "source/1-a.tgz"}},
        "sourceProvenance": {"resolvedStorageSource":
          {"bucket": "b", "object": "source/1-a.tgz", "generation": "17"}},
        """);
    InProcess.Ended ended = cli("replay", "build.json", "--engine=fake");
    assertThat(ended.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .contains("gcloud storage cp 'gs://b/source/1-a.tgz#17' 1-a.tgz")
        .contains("groundbuild replay build.json 1-a.tgz; or run it without files: --no-source");
    assertThat(cli("replay", "build.json", "--engine=fake", "--no-source").exit()).isZero();
  }

  @Test
  void ofAGitSourceTheAddressAndTheCommitAreSaid() throws IOException {
    record(
        """
        "source": {"gitSource": {"url": "https://example.com/a.git", "revision": "main"}},
        "sourceProvenance": {"resolvedGitSource":
          {"url": "https://example.com/a.git", "revision": "7e1f0c2"}},
        """);
    assertThat(cli("replay", "build.json").err())
        .contains("groundbuild replay build.json https://example.com/a.git#7e1f0c2");
    record("\"source\": {\"repoSource\": {\"repoName\": \"r\", \"tagName\": \"v1\"}},");
    assertThat(cli("replay", "build.json").err()).contains("the repository r at v1");
  }

  @Test
  void aGivenSourceIsSentAndItsConfigIsNotRead() throws IOException {
    record("\"source\": {\"repoSource\": {\"repoName\": \"r\", \"dir\": \"sub\"}},");
    Path source = Files.createDirectories(folder.resolve("src/sub"));
    Files.writeString(source.resolve("a.txt"), "a");
    Files.writeString(folder.resolve("src/cloudbuild.yaml"), "not: [a config");
    InProcess.Ended ended = cli("replay", "build.json", "src", "--dryrun");
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("--workdir /workspace/sub ");
    assertThat(cli("replay", "build.json", "src", "--engine=fake").exit()).isZero();
    assertThat(cli("builds").out()).contains(folder.resolve("src").toString());
  }

  @Test
  void ourOwnRecordsAndYamlAreTakenToo() throws IOException {
    record("");
    assertThat(cli("replay", "build.json", "--engine=fake", "--build-json=out.json").exit())
        .isZero();
    assertThat(cli("replay", "out.json", "--engine=fake").exit()).isZero();
    String yaml = "id: x\nstatus: SUCCESS\nsteps: [{name: busybox, status: SUCCESS}]\n";
    InProcess.Ended piped = with(yaml, "replay", "-", "--engine=fake");
    assertThat(piped.exit()).as(piped.err()).isZero();
  }

  @Test
  void aRecordThatIsNoneIsRefusedAtItsPlace() throws IOException {
    Files.writeString(folder.resolve("build.json"), "{\"steps\": [{\"nmae\": \"x\"}]}");
    InProcess.Ended ended = cli("replay", "build.json");
    assertThat(ended.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(ended.err()).contains("build.json:1:", "nothing was run");
    InProcess.Ended none = cli("replay", "none.json");
    assertThat(none.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(none.err()).contains("none.json: no such file\n");
    assertThat(cli("replay", "build.json", "--config=x").exit()).isEqualTo(ExitCode.USAGE);
  }

  private void record(String source) throws IOException {
    Files.writeString(folder.resolve("build.json"), RECORD.replace("SOURCE", source));
  }

  private InProcess.Ended cli(String... args) {
    return with("", args);
  }

  private InProcess.Ended with(String in, String... args) {
    Map<String, String> env = Map.of("XDG_STATE_HOME", folder.resolve("state").toString());
    return InProcess.run(new ArrayList<>(List.of(args)), in, env, folder);
  }
}
