package dev.groundbuild.runner.overlay;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.Preparation;
import dev.groundbuild.runner.config.BuildChecks;
import dev.groundbuild.runner.config.BuildConfig;
import dev.groundbuild.runner.config.Door;
import dev.groundbuild.runner.config.Position;
import dev.groundbuild.runner.config.Problem;
import dev.groundbuild.runner.config.Substitutions;
import dev.groundbuild.runner.config.Substitutions.Substituted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the steps under {@code finally}: substituted and checked as steps of the build are. */
final class LastStepsReader {
  private static final Pattern STEP = Pattern.compile("steps\\[(\\d+)](.*)", Pattern.DOTALL);

  private final BuildConfig steps;
  private final Preparation.Ready ready;
  private final Door door;
  private final int first;

  /**
   * @param steps a config with the last steps only
   */
  LastStepsReader(BuildConfig steps, Preparation.Ready ready, Door door) {
    this.steps = steps;
    this.ready = ready;
    this.door = door;
    this.first = ready.build().getStepsCount();
  }

  Optional<LastSteps> read(Duration limit, Notes notes) {
    notes.addAll(steps.problems().stream().map(this::renamed).toList());
    if (steps.build().getStepsCount() == 0) {
      return Optional.empty();
    }
    Substituted substituted = substituted();
    notes.addAll(substituted.problems().stream().map(this::renamed).toList());
    Build all = ready.build().toBuilder().addAllSteps(substituted.build().getStepsList()).build();
    List<Problem> found = new ArrayList<>(steps.problems());
    found.addAll(substituted.problems());
    for (Problem problem : BuildChecks.check(asPartOfTheBuild(), all, door)) {
      if (number(problem.path()) >= first) {
        found.add(problem);
        notes.addAll(List.of(renamed(problem)));
      }
    }
    return found.stream().anyMatch(Problem::isError)
        ? Optional.empty()
        : Optional.of(new LastSteps(all, BuildPlan.of(all, ready.substitutions()), first, limit));
  }

  /** The values are the build's, and none of them has to be used here. */
  private Substituted substituted() {
    Build options = steps.build().toBuilder().setOptions(ready.build().getOptions()).build();
    BuildConfig config =
        new BuildConfig(steps.name(), options, steps.extras(), steps.places(), steps.problems());
    Map<String, String> values = new HashMap<>(ready.substitutions());
    return Substitutions.resolve(config, values, Map.of(), door);
  }

  /** The same steps, numbered as those that come after the build's own. */
  private BuildConfig asPartOfTheBuild() {
    Map<String, Position> places = new HashMap<>();
    steps.places().forEach((path, place) -> places.put(moved(path), place));
    Map<String, String> extras = new HashMap<>();
    steps.extras().forEach((path, json) -> extras.put(moved(path), json));
    List<Problem> problems =
        steps.problems().stream()
            .map(p -> new Problem(p.severity(), p.position(), moved(p.path()), p.message()))
            .toList();
    Build build = ready.build().toBuilder().addAllSteps(steps.build().getStepsList()).build();
    return new BuildConfig(steps.name(), build, extras, places, problems);
  }

  private String moved(String path) {
    Matcher step = STEP.matcher(path);
    return step.matches()
        ? "steps[" + (Integer.parseInt(step.group(1)) + first) + "]" + step.group(2)
        : path;
  }

  private static int number(String path) {
    Matcher step = STEP.matcher(path);
    return step.matches() ? Integer.parseInt(step.group(1)) : -1;
  }

  /** With the path that it has in the overlay. */
  private Problem renamed(Problem problem) {
    Matcher step = STEP.matcher(problem.path());
    String path = problem.path();
    if (step.matches()) {
      int number = Integer.parseInt(step.group(1));
      path = "finally[" + (number >= first ? number - first : number) + "]" + step.group(2);
    }
    return new Problem(problem.severity(), problem.position(), path, problem.message());
  }
}
