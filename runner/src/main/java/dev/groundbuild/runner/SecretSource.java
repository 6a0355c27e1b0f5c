package dev.groundbuild.runner;

import com.google.cloudbuild.v1.Build;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Where the values of a build's secret variables come from. */
@FunctionalInterface
public interface SecretSource {
  /** There is none: a build that wants a secret fails before its first step. */
  SecretSource NONE =
      (build, names, say) -> {
        if (names.isEmpty()) {
          return Map.of();
        }
        throw new SecretException(
            "nothing gives the value of the secret variable " + names.iterator().next());
      };

  /**
   * Fetches values, before the first step, once per attempt. Called on a thread that is interrupted
   * when the build is cancelled or its time is over.
   *
   * @param build with its available secrets
   * @param names the variables that the steps still to run want
   * @param say takes lines for the build's log, which never hold a value
   * @return a value for every name
   * @throws SecretException when a value can't be had; its message is for the user and says what to
   *     do
   */
  Map<String, String> fetch(Build build, Set<String> names, Consumer<String> say);
}
