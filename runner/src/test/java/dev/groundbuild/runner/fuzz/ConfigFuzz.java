package dev.groundbuild.runner.fuzz;

import dev.groundbuild.runner.Preparation;
import dev.groundbuild.runner.config.BuildConfig;
import dev.groundbuild.runner.config.ConfigReader;
import dev.groundbuild.runner.config.Door;
import dev.groundbuild.runner.config.Problem;
import java.util.List;
import java.util.Map;

/**
 * Any bytes as a build config: they give a build that can run, or problems with places; nothing is
 * thrown.
 */
public final class ConfigFuzz {
  private static final Map<String, String> BUILT_INS =
      Map.of("PROJECT_ID", "my-project", "BUILD_ID", "b", "LOCATION", "global");

  private ConfigFuzz() {}

  /** Called by the fuzzer, over and over. */
  public static void fuzzerTestOneInput(byte[] text) {
    for (Door door : Door.values()) {
      BuildConfig config = ConfigReader.read("f", text, door);
      check(config.problems());
      config.problems().forEach(p -> require(p.position().isPresent(), "no place: ", p));
      result(Preparation.of(config, BUILT_INS, Map.of("_TAG", "v1"), door), config);
      if (door == Door.UNION) {
        result(Preparation.toLookAt(config, BUILT_INS, Map.of(), door), config);
      }
    }
  }

  private static void result(Preparation preparation, BuildConfig config) {
    check(preparation.problems());
    boolean errors = preparation.problems().stream().anyMatch(Problem::isError);
    switch (preparation) {
      case Preparation.Refused _ -> require(errors, "refused without an error", config.name());
      case Preparation.Ready ready -> {
        require(!errors, "ready with errors: ", ready.problems());
        require(
            ready.plan().steps().size() == ready.build().getStepsCount(),
            "another number of steps is planned: ",
            ready.build());
      }
    }
  }

  static void check(List<Problem> problems) {
    for (Problem problem : problems) {
      String line = problem.toString();
      require(!problem.message().isBlank(), "no message: ", line);
      require(
          line.chars().noneMatch(c -> Character.isISOControl(c)),
          "more than one plain line: ",
          line);
    }
  }

  static void require(boolean holds, String what, Object about) {
    if (!holds) {
      throw new AssertionError(what + about);
    }
  }
}
