package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildOptions;
import com.google.cloudbuild.v1.Dependency;
import java.time.Duration;
import java.util.regex.Pattern;

/** Fields of the build as a whole (spec 1.2, 1.4 and 1.11). */
final class BuildRules {
  private static final Duration LONGEST_TIMEOUT = Duration.ofHours(24);
  private static final int LARGEST_DISK_GB = 4000;
  private static final int MOST_TAGS = 64;
  private static final Pattern TAG = Pattern.compile("[\\w][\\w.-]{0,127}");
  private static final long ALL_COMMITS = -1;

  private final Build written;
  private final Build build;
  private final Findings findings;

  BuildRules(BuildConfig config, Build build, Findings findings) {
    this.written = config.build();
    this.build = build;
    this.findings = findings;
  }

  void check() {
    checkTimes();
    checkDisk();
    checkTags();
    checkLogs();
    checkSource();
    checkDependencies();
  }

  private void checkTimes() {
    Duration timeout = Wording.duration(BuildDefaults.timeout(build));
    if (timeout.isNegative()) {
      findings.refuse("timeout", "timeout must not be negative: " + Wording.duration(timeout));
    }
    if (timeout.compareTo(LONGEST_TIMEOUT) > 0) {
      findings.refuse(
          "timeout",
          "timeout of %s is too long (max: %s)"
              .formatted(Wording.duration(timeout), Wording.duration(LONGEST_TIMEOUT)));
    }
    Duration queueTtl = Wording.duration(build.getQueueTtl());
    if (queueTtl.isNegative()) {
      findings.refuse("queueTtl", "queueTtl must not be negative: " + Wording.duration(queueTtl));
    }
  }

  private void checkDisk() {
    long disk = build.getOptions().getDiskSizeGb();
    if (disk < 0 || disk > LARGEST_DISK_GB) {
      findings.refuse(
          "options.diskSizeGb",
          "diskSizeGb of " + disk + " is not within 0 and " + LARGEST_DISK_GB);
    }
  }

  /**
   * Cloud Build: at most 64, each in the alphabet of Docker's tags; looked at after substitution,
   * when empty ones are dropped. The limit is counted before that.
   */
  private void checkTags() {
    if (build.getTagsCount() > MOST_TAGS) {
      findings.refuse(
          "tags[" + MOST_TAGS + "]", Wording.tooMany(build.getTagsCount(), "tags", MOST_TAGS));
    }
    for (int j = 0; j < build.getTagsCount(); j++) {
      String tag = build.getTags(j);
      if (!tag.isEmpty() && !TAG.matcher(tag).matches()) {
        findings.refuse(
            "tags[" + j + "]",
            "invalid build tag %s: must match format \"^[\\\\w][\\\\w.-]{0,127}$\"%s"
                .formatted(Wording.quote(tag), Wording.madeFrom(written.getTags(j), tag)));
      }
    }
  }

  private void checkLogs() {
    BuildOptions options = build.getOptions();
    boolean chosen =
        !written.getLogsBucket().isEmpty()
            || options.getDefaultLogsBucketBehavior()
                == BuildOptions.DefaultLogsBucketBehavior.REGIONAL_USER_OWNED_BUCKET
            || isWithoutBucket(options.getLogging());
    if (!written.getServiceAccount().isEmpty() && !chosen) {
      findings.refuseInTheCloud(
          "serviceAccount",
          "a build with a serviceAccount must say where its logs go: set options.logging to"
              + " CLOUD_LOGGING_ONLY or NONE, or options.defaultLogsBucketBehavior to"
              + " REGIONAL_USER_OWNED_BUCKET, or logsBucket (or submit it with --gcs-log-dir)");
    }
  }

  @SuppressWarnings("deprecation") // STACKDRIVER_ONLY is the old name of CLOUD_LOGGING_ONLY
  private static boolean isWithoutBucket(BuildOptions.LoggingMode logging) {
    return logging == BuildOptions.LoggingMode.CLOUD_LOGGING_ONLY
        || logging == BuildOptions.LoggingMode.STACKDRIVER_ONLY
        || logging == BuildOptions.LoggingMode.NONE;
  }

  private void checkSource() {
    if (build.hasSource()) {
      findings.refuseAtSubmitElseWarn(
          "source",
          "source in a build config is not used: the source is what the command or the trigger"
              + " names; leave it out");
    }
  }

  private void checkDependencies() {
    for (int j = 0; j < build.getDependenciesCount(); j++) {
      Dependency dependency = build.getDependencies(j);
      if (dependency.getGitSource().getDepth() < ALL_COMMITS) {
        findings.refuse(
            "dependencies[" + j + "].gitSource.depth",
            "depth must be -1 (all commits) or a number of commits");
      }
    }
  }
}
