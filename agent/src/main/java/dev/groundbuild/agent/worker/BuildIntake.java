package dev.groundbuild.agent.worker;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.Preparation;
import dev.groundbuild.runner.config.BuiltIns;
import dev.groundbuild.runner.config.Door;
import dev.groundbuild.runner.config.Problem;
import dev.groundbuild.runner.status.KeptRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** Takes a build as somebody asks for it to a build that can be queued. */
public final class BuildIntake {
  private final InstantSource clock;

  public BuildIntake(InstantSource clock) {
    this.clock = clock;
  }

  /** A build can't be accepted as it is; the message names every problem. */
  public static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  /** A build that was accepted: substituted, checked and complete, with a new id. */
  public Build accept(Build asked, String project, String location) {
    // What a database keeps of a time; lists are in its order.
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    String id = UUID.randomUUID().toString();
    return ready(asked, values(project, location, id)).queued(id, now);
  }

  /**
   * Prepares what was asked for.
   *
   * @param builtIns values of the built-in substitutions
   */
  static Preparation.Ready ready(Build asked, Map<String, String> builtIns) {
    Build config = asked.toBuilder().clearSource().build();
    KeptRequest.Words words =
        new KeptRequest.Words(config, Door.UNION, builtIns, Map.of(), Duration.ZERO, false);
    return switch (words.prepare()) {
      case Preparation.Ready ready when asked.hasSource() -> {
        Build build = ready.build().toBuilder().setSource(asked.getSource()).build();
        yield new Preparation.Ready(
            build,
            BuildPlan.of(build, ready.substitutions()),
            ready.substitutions(),
            ready.extras(),
            ready.problems());
      }
      case Preparation.Ready ready -> ready;
      case Preparation.Refused refused ->
          throw new RefusedException(
              refused.problems().stream()
                  .filter(Problem::isError)
                  .map(Problem::message)
                  .collect(Collectors.joining("; ")));
    };
  }

  static Map<String, String> values(String project, String location, String id) {
    Map<String, String> values = new TreeMap<>();
    values.put("PROJECT_ID", project);
    values.put("PROJECT_NUMBER", BuiltIns.NO_PROJECT_NUMBER);
    values.put("LOCATION", location);
    values.put("BUILD_ID", id);
    return values;
  }
}
