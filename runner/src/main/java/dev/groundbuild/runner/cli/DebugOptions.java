package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.BuildPlan;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for looking into steps that have ended. */
final class DebugOptions {
  /** What picocli gives for {@code --debug} without a value. */
  private static final String ANY = "";

  @Option(
      names = "--debug",
      arity = "0..1",
      fallbackValue = ANY,
      preprocessor = Attached.class,
      paramLabel = "STEP",
      description = {
        "Stop at a step that fails, or with STEP (id or number) at that step's end, and open a shell with what",
        "it left: its image, files, variables, /workspace, volumes and network. When the shell ends: retry",
        "(run the step again), skip (count it as done), go on (forgive its failure), or give up (fail as usual).",
        "Other steps go on; the time in the shell does not count for the build's timeout. Without a terminal the",
        "step is kept, and groundbuild shell opens the same later."
      })
  private @Nullable String debug;

  boolean wanted() {
    return debug != null;
  }

  /** The step that is meant; empty for every one that fails. */
  Optional<Integer> step(BuildPlan plan) {
    String name = debug;
    if (name == null || name.equals(ANY)) {
      return Optional.empty();
    }
    return Optional.of(StepChoice.require(plan, name).index());
  }
}
