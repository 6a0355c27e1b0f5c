package dev.groundbuild.runner;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.Build.FailureInfo;
import com.google.cloudbuild.v1.Build.FailureInfo.FailureType;
import dev.groundbuild.steps.SecretMask;
import dev.groundbuild.steps.StepOutcome;
import dev.groundbuild.steps.StepSpec;
import java.time.Duration;
import java.util.Optional;

/**
 * Why a build is over.
 *
 * @param detail the sentence after {@code ERROR: }; empty for a success
 */
record Ending(Build.Status status, String detail, Optional<FailureInfo> failure) {

  static Ending success() {
    return new Ending(Build.Status.SUCCESS, "", Optional.empty());
  }

  static Ending cancelled() {
    return new Ending(Build.Status.CANCELLED, "the build was cancelled", Optional.empty());
  }

  static Ending timedOut(Duration limit) {
    return new Ending(
        Build.Status.TIMEOUT,
        "the build did not end within its timeout of " + limit.toSeconds() + "s",
        Optional.empty());
  }

  static Ending internal(String detail) {
    return new Ending(Build.Status.INTERNAL_ERROR, detail, Optional.empty());
  }

  static Ending sourceFailed(String detail) {
    return failed(detail, FailureType.FETCH_SOURCE_FAILED, detail);
  }

  static Ending undelivered(FailureType type, String detail) {
    return failed(detail, type, detail);
  }

  /** No type of Cloud Build's says that a secret can't be had. */
  static Ending withoutSecrets(String detail) {
    return failed(detail, FailureType.FAILURE_TYPE_UNSPECIFIED, detail);
  }

  /** No type of Cloud Build's is about what it does not have. */
  static Ending withoutCompanions(String detail) {
    return failed(detail, FailureType.FAILURE_TYPE_UNSPECIFIED, detail);
  }

  /** Cloud Build: {@code build step 0 "IMAGE" failed: step exited with non-zero status: 1}. */
  static Ending stepFailed(StepSpec step, StepOutcome outcome) {
    String detail =
        "build step " + step.index() + " \"" + step.image() + "\" failed: " + reason(step, outcome);
    return failed(detail, FailureType.USER_BUILD_STEP, "Build step failure: " + detail);
  }

  /** Why a step failed. */
  static String reason(StepSpec step, StepOutcome outcome) {
    return switch (outcome) {
      case StepOutcome.Exited e ->
          "step exited with non-zero status: "
              + e.code()
              + (e.outOfMemory() ? " (killed for its memory)" : "");
      case StepOutcome.TimedOut t ->
          "step did not end within its timeout of "
              + step.timeout().map(Duration::toSeconds).orElse(0L)
              + "s";
      case StepOutcome.NotStarted n -> n.reason();
      case StepOutcome.Cancelled c -> "step was cancelled";
    };
  }

  static Ending finallyFailed(String detail) {
    return failed(detail, FailureType.USER_BUILD_STEP, "Build step failure: " + detail);
  }

  /** The same, with nothing in it that a log must not show. */
  Ending masked(SecretMask mask) {
    return new Ending(
        status,
        mask.text(detail),
        failure.map(f -> f.toBuilder().setDetail(mask.text(f.getDetail())).build()));
  }

  private static Ending failed(String detail, FailureType type, String failureDetail) {
    return new Ending(
        Build.Status.FAILURE,
        detail,
        Optional.of(FailureInfo.newBuilder().setType(type).setDetail(failureDetail).build()));
  }
}
