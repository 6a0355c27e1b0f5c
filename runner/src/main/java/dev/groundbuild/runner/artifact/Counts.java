package dev.groundbuild.runner.artifact;

import com.google.cloudbuild.v1.Build.FailureInfo.FailureType;
import dev.groundbuild.runner.Delivery.DeliveryException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How many files each path has matched. */
final class Counts {
  private final List<Glob> globs;
  private final Map<Glob, Integer> matches = new HashMap<>();

  Counts(List<Glob> globs) {
    this.globs = List.copyOf(globs);
  }

  List<Glob> globs() {
    return globs;
  }

  boolean matches(String path) {
    return globs.stream().anyMatch(glob -> glob.matches(path));
  }

  void add(String path) {
    globs.stream()
        .filter(glob -> glob.matches(path))
        .forEach(glob -> matches.merge(glob, 1, Integer::sum));
  }

  int of(Glob glob) {
    return matches.getOrDefault(glob, 0);
  }

  /**
   * Cloud Build: every path has to match a file.
   *
   * @param field where the paths stand, for the message
   */
  void refuseUnmatched(String field) {
    List<String> none = globs.stream().filter(glob -> of(glob) == 0).map(Glob::text).toList();
    if (!none.isEmpty()) {
      throw new DeliveryException(
          FailureType.PUSH_FAILED,
          field + ": no file in /workspace matches " + String.join(", ", none));
    }
  }
}
