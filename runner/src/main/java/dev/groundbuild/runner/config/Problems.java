package dev.groundbuild.runner.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Collects problems, so that all of them can be reported at once. Not thread-safe. */
public final class Problems {
  private final Function<String, Optional<Position>> places;
  private final List<Problem> found = new ArrayList<>();

  /**
   * @param places finds the place of a field path in the text
   */
  public Problems(Function<String, Optional<Position>> places) {
    this.places = places;
  }

  public void error(String path, String message) {
    add(Problem.Severity.ERROR, path, message);
  }

  public void warn(String path, String message) {
    add(Problem.Severity.WARNING, path, message);
  }

  public void add(Problem problem) {
    found.add(problem);
  }

  private void add(Problem.Severity severity, String path, String message) {
    found.add(new Problem(severity, places.apply(path), path, message));
  }

  public boolean hasErrors() {
    return found.stream().anyMatch(Problem::isError);
  }

  /** In the order in which they were found. */
  public List<Problem> all() {
    return List.copyOf(found);
  }
}
