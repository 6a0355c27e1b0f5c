package dev.groundbuild.runner;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.config.BuildChecks;
import dev.groundbuild.runner.config.BuildConfig;
import dev.groundbuild.runner.config.BuildDefaults;
import dev.groundbuild.runner.config.Door;
import dev.groundbuild.runner.config.Problem;
import dev.groundbuild.runner.config.Substitutions;
import dev.groundbuild.runner.config.Substitutions.Substituted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A config on its way to a plan. */
record Preparing(
    BuildConfig config, Map<String, String> builtIns, Map<String, String> overrides, Door door) {
  /** Values that suit most places, tried in turn for substitutions that have none. */
  static final List<String> STAND_INS = List.of("x", "gs://x");

  private static final Pattern KEY = Pattern.compile("\\$\\{?([A-Z_][A-Z0-9_]*)");

  /**
   * @param standIns values for substitutions without one; a problem that goes away with one of them
   *     is only a warning
   */
  Preparation prepare(List<String> standIns) {
    List<Problem> problems = new ArrayList<>(config.problems());
    if (config.hasErrors() && config.build().getStepsCount() == 0) {
      return new Preparation.Refused(problems);
    }
    Substituted substituted = Substitutions.resolve(config, builtIns, overrides, door);
    problems.addAll(substituted.problems());
    problems.addAll(checked(substituted, standIns));
    problems.sort(Problem.BY_PLACE);
    if (problems.stream().anyMatch(Problem::isError)) {
      return new Preparation.Refused(problems);
    }
    Build build = BuildDefaults.complete(substituted.build());
    BuildPlan plan = BuildPlan.of(build, substituted.values());
    return new Preparation.Ready(build, plan, substituted.values(), substituted.extras(), problems);
  }

  private List<Problem> checked(Substituted substituted, List<String> standIns) {
    List<Problem> found = BuildChecks.check(config, substituted.build(), door);
    for (String standIn : standIns) {
      if (found.stream().anyMatch(Problem::isError)) {
        found = withoutAbsence(found, errorPaths(standIn, substituted));
      }
    }
    return found;
  }

  /**
   * Where a build has errors that has a value for everything, and in whose values others are
   * expanded, as a trigger does.
   */
  private List<String> errorPaths(String standIn, Substituted substituted) {
    Map<String, String> filled = new TreeMap<>(overrides);
    Matcher keys = KEY.matcher(config.build().toString());
    while (keys.find()) {
      String key = keys.group(1);
      if (substituted.values().getOrDefault(key, "").isEmpty()) {
        filled.put(key, standIn);
      }
    }
    Build other = Substitutions.resolve(config, builtIns, filled, Door.TRIGGER).build();
    return BuildChecks.check(config, other, door).stream()
        .filter(Problem::isError)
        .map(Problem::path)
        .toList();
  }

  private static List<Problem> withoutAbsence(List<Problem> found, List<String> lasting) {
    return found.stream()
        .map(p ->
            p.isError() && !lasting.contains(p.path())
                ? new Problem(Problem.Severity.WARNING, p.position(), p.path(), p.message())
                : p)
        .toList();
  }
}
