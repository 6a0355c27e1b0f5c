package dev.groundbuild.runner.publish;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import com.google.protobuf.Timestamp;
import dev.groundbuild.runner.status.BuildRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * The data of a status message. Cloud Build: the build as proto3 JSON in the order of the message's
 * declaration (spec 4.1).
 */
final class StatusData {
  /** Pub/Sub takes messages of up to 10 MB, attributes included. */
  static final int MOST_BYTES = 9_900_000;

  private StatusData() {}

  static Build working(Build queued, Instant at) {
    Build.Builder build = queued.toBuilder().setStatus(Build.Status.WORKING);
    return (build.hasStartTime() ? build : build.setStartTime(timestamp(at))).build();
  }

  /**
   * The JSON text. Cloud Build: options are always there, steps have a status only once the whole
   * build has ended, and an ended build has its three times, even if it never began (subscribers
   * refuse one without).
   *
   * @param at stands in for a time that is missing
   */
  static String of(Build build, Instant at) {
    Build.Builder told = build.toBuilder().setOptions(build.getOptions());
    if (isOver(build.getStatus())) {
      fillTimes(told, timestamp(at));
    } else {
      told.getStepsBuilderList().forEach(BuildStep.Builder::clearStatus);
    }
    String text = BuildRecord.compact(told.build());
    if (text.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES) {
      return text;
    }
    told.getResultsBuilder().clearBuildStepOutputs();
    return BuildRecord.compact(told.build());
  }

  private static boolean isOver(Build.Status status) {
    return switch (status) {
      case STATUS_UNKNOWN, PENDING, QUEUED, WORKING, UNRECOGNIZED -> false;
      case SUCCESS, FAILURE, INTERNAL_ERROR, TIMEOUT, CANCELLED, EXPIRED -> true;
    };
  }

  private static void fillTimes(Build.Builder build, Timestamp at) {
    if (!build.hasFinishTime()) {
      build.setFinishTime(at);
    }
    if (!build.hasStartTime()) {
      build.setStartTime(build.getFinishTime());
    }
    if (!build.hasCreateTime()) {
      build.setCreateTime(build.getStartTime());
    }
  }

  private static Timestamp timestamp(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }
}
