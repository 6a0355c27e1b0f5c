package dev.groundbuild.runner.fuzz;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildOptions.SubstitutionOption;
import com.google.cloudbuild.v1.BuildStep;
import dev.groundbuild.runner.Preparation;
import dev.groundbuild.runner.config.BuildConfig;
import dev.groundbuild.runner.config.Door;
import dev.groundbuild.runner.config.Position;
import dev.groundbuild.runner.config.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Any texts as arguments, scripts and values of substitutions: they give a build or problems.
 *
 * <p>An input is a letter whose bits choose options, and the parts of a build separated by line
 * feeds: an argument, a script, an image, and the values of _A, _B, _C, ... .
 */
public final class SubstitutionFuzz {
  private static final String NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  private SubstitutionFuzz() {}

  /** Called by the fuzzer, over and over. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    String text = new String(input, 1, input.length - 1, StandardCharsets.UTF_8);
    String[] parts = text.split("\n", 3 + NAMES.length());
    Build build = build(input[0], parts);
    BuildConfig config =
        new BuildConfig("f", build, Map.of(), Map.of("", new Position("f", 1, 1)), List.of());
    for (Door door : Door.values()) {
      Map<String, String> overrides =
          (input[0] & 8) == 0 ? Map.of() : Map.of("_A", parts[0], "_Z", "${_A}");
      Preparation made =
          Preparation.of(config, Map.of("PROJECT_ID", "my-project"), overrides, door);
      ConfigFuzz.check(made.problems());
      boolean errors = made.problems().stream().anyMatch(Problem::isError);
      boolean ready = made instanceof Preparation.Ready;
      ConfigFuzz.require(ready != errors, "ready with errors, or refused without: ", made);
    }
  }

  private static Build build(int bits, String[] parts) {
    Build.Builder build = Build.newBuilder();
    build
        .getOptionsBuilder()
        .setDynamicSubstitutions((bits & 1) != 0)
        .setAutomapSubstitutions((bits & 2) != 0)
        .setSubstitutionOption(
            (bits & 4) == 0 ? SubstitutionOption.MUST_MATCH : SubstitutionOption.ALLOW_LOOSE);
    build.addSteps(
        BuildStep.newBuilder()
            .setName(parts.length > 2 && !parts[2].isEmpty() ? parts[2] : "busybox")
            .addArgs(parts[0]));
    if (parts.length > 1 && !parts[1].isEmpty()) {
      build.addSteps(BuildStep.newBuilder().setName("busybox").setScript(parts[1]));
    }
    for (int i = 3; i < parts.length; i++) {
      build.putSubstitutions("_" + NAMES.charAt(i - 3), parts[i]);
    }
    return build.build();
  }
}
