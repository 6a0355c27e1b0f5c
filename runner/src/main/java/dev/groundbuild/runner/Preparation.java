package dev.groundbuild.runner;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import com.google.protobuf.util.Durations;
import dev.groundbuild.runner.config.BuildConfig;
import dev.groundbuild.runner.config.BuildDefaults;
import dev.groundbuild.runner.config.Door;
import dev.groundbuild.runner.config.Problem;
import dev.groundbuild.runner.config.RecordedBuild;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** What became of a build config: a build that can run, or every reason why it can't. */
public sealed interface Preparation {

  /** Warnings, and errors when it was refused, in the order of the text. */
  List<Problem> problems();

  /**
   * A build that is substituted, checked and complete; from here on it never changes.
   *
   * @param build as Cloud Build would echo it, without id and times
   * @param substitutions every key with its value, built-ins included
   * @param extras documented fields that the published message lacks, by path, as JSON text
   */
  record Ready(
      Build build,
      BuildPlan plan,
      SortedMap<String, String> substitutions,
      Map<String, String> extras,
      List<Problem> problems)
      implements Preparation {
    public Ready {
      extras = Map.copyOf(extras);
      problems = List.copyOf(problems);
    }

    /** The same, with a timeout for steps that have none; zero leaves all as it is. */
    public Ready withStepTimeout(Duration timeout) {
      if (timeout.isZero()) {
        return this;
      }
      Build.Builder limited = build.toBuilder();
      for (BuildStep.Builder step : limited.getStepsBuilderList()) {
        if (!step.hasTimeout()) {
          step.setTimeout(Durations.fromNanos(timeout.toNanos()));
        }
      }
      return new Ready(
          limited.build(),
          BuildPlan.of(limited.build(), substitutions),
          substitutions,
          extras,
          problems);
    }

    /** The build as it is queued: with its id, project and create time, and the warnings. */
    public Build queued(String id, Instant now) {
      return BuildResource.queued(
          build,
          id,
          substitutions.getOrDefault("PROJECT_ID", ""),
          substitutions.getOrDefault("LOCATION", "global"),
          now,
          problems);
    }
  }

  /** At least one of the problems is an error. */
  record Refused(List<Problem> problems) implements Preparation {
    public Refused {
      problems = List.copyOf(problems);
    }
  }

  /**
   * Takes a config from text to plan. Needs no engine and no network.
   *
   * @param builtIns values of the built-in substitutions that have one
   * @param overrides what the user gave for substitutions, which wins over the config's own
   */
  static Preparation of(
      BuildConfig config, Map<String, String> builtIns, Map<String, String> overrides, Door door) {
    return new Preparing(config, builtIns, overrides, door).prepare(List.of());
  }

  /**
   * The same for a config that is looked at, not run: what is wrong only because a substitution has
   * no value yet, such as an image {@code app:$COMMIT_SHA} outside of a checkout, is a warning.
   */
  static Preparation toLookAt(
      BuildConfig config, Map<String, String> builtIns, Map<String, String> overrides, Door door) {
    return new Preparing(config, builtIns, overrides, door).prepare(Preparing.STAND_INS);
  }

  /**
   * Prepares a build that ran elsewhere to run again: nothing is substituted any more.
   *
   * @param pinned whether steps run the very images that they ran
   */
  static Preparation ofRecord(RecordedBuild record, boolean pinned) {
    RecordedBuild.Asked asked = record.asked(pinned);
    List<Problem> problems = asked.problems().stream().sorted(Problem.BY_PLACE).toList();
    if (problems.stream().anyMatch(Problem::isError)) {
      return new Refused(problems);
    }
    Build build = BuildDefaults.complete(asked.build());
    SortedMap<String, String> values = record.substitutions();
    return new Ready(build, BuildPlan.of(build, values), values, record.read().extras(), problems);
  }
}
