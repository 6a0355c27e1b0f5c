package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Artifacts;
import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildOptions;
import com.google.protobuf.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

/** Fills in what the service fills in, so that everything behind it finds a complete build. */
public final class BuildDefaults {
  private static final Duration ONE_HOUR = Duration.newBuilder().setSeconds(3600).build();

  private BuildDefaults() {}

  /**
   * The build as Cloud Build echoes it: a timeout and a queue time of an hour, images in both of
   * their places, a slash after the location of objects, tags without empty and repeated ones, and
   * options with a logging mode (spec 1.2, 1.4, 1.7). Completing it twice changes nothing.
   *
   * @param build after substitution and without problems
   */
  public static Build complete(Build build) {
    Build.Builder complete = build.toBuilder();
    complete.setTimeout(timeout(build));
    if (!build.hasQueueTtl()) {
      complete.setQueueTtl(ONE_HOUR);
    }
    mirrorImages(complete);
    closeLocation(complete);
    tidyTags(complete);
    if (build.getOptions().getLogging() == BuildOptions.LoggingMode.LOGGING_UNSPECIFIED) {
      complete.getOptionsBuilder().setLogging(BuildOptions.LoggingMode.LEGACY);
    }
    return complete.build();
  }

  /** The build's own timeout, or else an hour. */
  static Duration timeout(Build build) {
    return build.hasTimeout() ? build.getTimeout() : ONE_HOUR;
  }

  private static void mirrorImages(Build.Builder build) {
    if (build.getImagesCount() == 0) {
      build.addAllImages(build.getArtifacts().getImagesList());
    } else if (build.getArtifacts().getImagesCount() == 0) {
      build.getArtifactsBuilder().addAllImages(build.getImagesList());
    }
  }

  private static void closeLocation(Build.Builder build) {
    String location = build.getArtifacts().getObjects().getLocation();
    if (!location.isEmpty() && !location.endsWith("/")) {
      Artifacts.Builder artifacts = build.getArtifactsBuilder();
      artifacts.getObjectsBuilder().setLocation(location + "/");
    }
  }

  private static void tidyTags(Build.Builder build) {
    Set<String> tags = new LinkedHashSet<>(build.getTagsList());
    tags.remove("");
    build.clearTags().addAllTags(tags);
  }
}
