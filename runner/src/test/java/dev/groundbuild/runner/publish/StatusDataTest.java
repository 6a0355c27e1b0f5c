package dev.groundbuild.runner.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.Build.Status;
import com.google.cloudbuild.v1.BuildStep;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The data of messages, against messages as Cloud Build sends them (spec 4.1), byte for byte. */
final class StatusDataTest {
  private static final Instant NOW = Instant.parse("2020-04-24T19:05:20.5Z");

  private static final String QUEUED =
      """
      {"id":"9a2ec7bd-1b8e-4ae9-9c0b-6a31d2a5c0de","projectId":"my-project","status":"QUEUED",\
      "source":{"storageSource":{"bucket":"my-project_cloudbuild",\
      "object":"source/1587758711.07-4d5a.tgz","generation":"1587758711468142"}},\
      "steps":[{"name":"gcr.io/cloud-builders/docker","args":["build","-t","gcr.io/my-project/app","."]}],\
      "createTime":"2020-04-24T20:05:12.345678901Z","timeout":"600s",\
      "images":["gcr.io/my-project/app"],"artifacts":{"images":["gcr.io/my-project/app"]},\
      "logsBucket":"gs://123.cloudbuild-logs.googleusercontent.com",\
      "sourceProvenance":{"resolvedStorageSource":{"bucket":"my-project_cloudbuild",\
      "object":"source/1587758711.07-4d5a.tgz","generation":"1587758711468142"}},\
      "options":{"substitutionOption":"ALLOW_LOOSE","logging":"LEGACY"},\
      "logUrl":"https://console.cloud.google.com/cloud-build/builds/9a2ec7bd-1b8e-4ae9-9c0b-6a31d2a5c0de?project=123",\
      "substitutions":{"BRANCH_NAME":"main","_A":"<x> & 'y'"},"tags":["trigger-7f"]}\
      """;

  private static final String SUCCESS =
      """
      {"id":"9a2ec7bd-1b8e-4ae9-9c0b-6a31d2a5c0de","projectId":"my-project","status":"SUCCESS",\
      "source":{"storageSource":{"bucket":"my-project_cloudbuild",\
      "object":"source/1587758711.07-4d5a.tgz","generation":"1587758711468142"}},\
      "steps":[{"name":"gcr.io/cloud-builders/docker","args":["build","-t","gcr.io/my-project/app","."],\
      "timing":{"startTime":"2020-04-24T20:05:14.100Z","endTime":"2020-04-24T20:05:20.123456789Z"},\
      "pullTiming":{"startTime":"2020-04-24T20:05:14.100Z",\
      "endTime":"2020-04-24T20:05:14.200Z"},"status":"SUCCESS"}],\
      "results":{"images":[{"name":"gcr.io/my-project/app","digest":"sha256:a1"}],\
      "buildStepImages":["sha256:b2"],"buildStepOutputs":["b3V0"]},\
      "createTime":"2020-04-24T20:05:12.345678901Z","startTime":"2020-04-24T20:05:13Z",\
      "finishTime":"2020-04-24T20:05:21.123456Z","timeout":"600s",\
      "images":["gcr.io/my-project/app"],"artifacts":{"images":["gcr.io/my-project/app"]},\
      "options":{"logging":"LEGACY"},"tags":["trigger-7f"],\
      "timing":{"BUILD":{"startTime":"2020-04-24T20:05:14.100Z","endTime":"2020-04-24T20:05:20.200Z"},\
      "PUSH":{"startTime":"2020-04-24T20:05:20.200Z","endTime":"2020-04-24T20:05:21Z"}}}\
      """;

  @Test
  void aQueuedBuildIsToldAsCloudBuildTellsIt() throws Exception {
    assertThat(StatusData.of(read(QUEUED), NOW)).isEqualTo(QUEUED);
  }

  @Test
  void aBuildThatHasEndedIsToldAsCloudBuildTellsIt() throws Exception {
    assertThat(StatusData.of(read(SUCCESS), NOW)).isEqualTo(SUCCESS);
  }

  @Test
  void aBuildThatWorksHasItsStartAndNoStatusOfAStep() throws Exception {
    Build queued = read(QUEUED).toBuilder().clearStatus().setStatus(Status.QUEUED).build();
    Build.Builder working = StatusData.working(queued, NOW).toBuilder();
    working.getStepsBuilder(0).setStatus(Status.WORKING);

    assertThat(StatusData.of(working.build(), NOW))
        .isEqualTo(
            QUEUED
                .replace("\"status\":\"QUEUED\"", "\"status\":\"WORKING\"")
                .replace(
                    "678901Z\",\"timeout\"",
                    "678901Z\",\"startTime\":\"2020-04-24T19:05:20.500Z\",\"timeout\""));
  }

  @Test
  void aBuildThatIsTakenUpAgainKeepsItsStart() throws Exception {
    Build build = read(SUCCESS);
    assertThat(StatusData.working(build, NOW).getStartTime()).isEqualTo(build.getStartTime());
  }

  /** Subscribers refuse a message without them, again and again. */
  @Test
  void optionsAndTheThreeTimesAreThereWhateverBecameOfTheBuild() {
    for (Status status : Status.values()) {
      if (status == Status.UNRECOGNIZED) {
        continue;
      }
      Build bare = Build.newBuilder().setId("12345678").setStatus(status).build();
      String data = StatusData.of(bare, NOW);
      assertThat(data).contains("\"options\":{}");
      boolean over =
          switch (status) {
            case SUCCESS, FAILURE, INTERNAL_ERROR, TIMEOUT, CANCELLED, EXPIRED -> true;
            default -> false;
          };
      for (String time : new String[] {"createTime", "startTime", "finishTime"}) {
        String expected = "\"" + time + "\":\"2020-04-24T19:05:20.500Z\"";
        assertThat(data.contains(expected)).as(status + " " + time).isEqualTo(over);
      }
    }
  }

  /** Pub/Sub would refuse it for good, and with it all that follows. */
  @Test
  void aMessageThatWouldBeTooLargeComesWithoutTheOutputsOfSteps() throws Exception {
    Build.Builder large = read(SUCCESS).toBuilder();
    ByteString output = ByteString.copyFrom(new byte[50 * 1024]);
    for (int i = 0; i < 300; i++) {
      large.addSteps(BuildStep.newBuilder().setName("busybox"));
      large.getResultsBuilder().addBuildStepOutputs(output);
    }
    String data = StatusData.of(large.build(), NOW);

    assertThat(data.getBytes(StandardCharsets.UTF_8).length)
        .isLessThanOrEqualTo(StatusData.MOST_BYTES);
    assertThat(read(data).getResults())
        .isEqualTo(read(SUCCESS).getResults().toBuilder().clearBuildStepOutputs().build());
  }

  private static Build read(String json) throws InvalidProtocolBufferException {
    Build.Builder build = Build.newBuilder();
    JsonFormat.parser().merge(json, build);
    return build.build();
  }
}
