package dev.groundbuild.runner.cli;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.SourceException;

/** What the process ends with. */
final class ExitCode {
  static final int SUCCESS = 0;
  static final int BUILD_FAILED = 1;
  static final int DIFFERENT = 1;
  static final int USAGE = 2;
  static final int INTERNAL = 3;
  static final int TIMEOUT = 124;
  static final int CANCELLED = 130;

  private ExitCode() {}

  /** Of a source that could not be had. */
  static int of(SourceException.Kind kind) {
    return switch (kind) {
      case USAGE -> USAGE;
      case FAILED -> BUILD_FAILED;
    };
  }

  static int of(Build.Status status) {
    return switch (status) {
      case SUCCESS -> SUCCESS;
      case FAILURE -> BUILD_FAILED;
      case TIMEOUT, EXPIRED -> TIMEOUT;
      case CANCELLED -> CANCELLED;
      case INTERNAL_ERROR, STATUS_UNKNOWN, PENDING, QUEUED, WORKING, UNRECOGNIZED -> INTERNAL;
    };
  }
}
