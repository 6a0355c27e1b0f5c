package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import java.util.List;
import java.util.regex.Pattern;

/** Which steps get every substitution as an environment variable (spec 2.7). */
public final class Automap {
  private Automap() {}

  /** Cloud Build: a step's own value overrides the build's either way. */
  public static boolean applies(Build build, BuildStep step) {
    return step.hasAutomapSubstitutions()
        ? step.getAutomapSubstitutions()
        : build.getOptions().getAutomapSubstitutions();
  }

  /**
   * Whether some step gets the key as a variable. Cloud Build: a key that is used only in such a
   * step's script counts as used; what a program of the image reads can't be seen, so every mapped
   * key does.
   */
  static boolean uses(Build build) {
    return build.getStepsList().stream().anyMatch(step -> applies(build, step));
  }

  /** Steps whose script names the key, automapped or not. */
  static List<BuildStep> scripts(Build build, String key) {
    Pattern name = Pattern.compile("(?<![A-Za-z0-9_])" + Pattern.quote(key) + "(?![A-Za-z0-9_])");
    return build.getStepsList().stream()
        .filter(step -> name.matcher(step.getScript()).find())
        .toList();
  }
}
