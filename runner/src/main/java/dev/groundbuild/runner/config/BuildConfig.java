package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Build;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A build config as it was read: nothing is substituted yet.
 *
 * @param name of the file, or {@code <stdin>}
 * @param build the fields, in Google's message
 * @param extras what the message cannot hold, by path, as JSON text: documented fields that it
 *     lacks ({@code options.pubsubTopic}), and {@code null} for a map value that was null ({@code
 *     substitutions._TAG}; it is an empty text in the message)
 * @param places where each field path stands in the text: both {@code steps[2].args} and {@code
 *     steps[2].args[0]}
 * @param problems everything found while reading; with an error among them the build is incomplete
 */
public record BuildConfig(
    String name,
    Build build,
    Map<String, String> extras,
    Map<String, Position> places,
    List<Problem> problems) {
  public BuildConfig {
    extras = Map.copyOf(extras);
    places = Map.copyOf(places);
    problems = List.copyOf(problems);
  }

  /** The place of a field, or else of the nearest thing around it. */
  public Optional<Position> place(String path) {
    String p = path;
    while (!p.isEmpty()) {
      Position found = places.get(p);
      if (found != null) {
        return Optional.of(found);
      }
      int cut = Math.max(p.lastIndexOf('.'), p.lastIndexOf('['));
      p = cut < 0 ? "" : p.substring(0, cut);
    }
    return Optional.ofNullable(places.get(""));
  }

  public boolean hasErrors() {
    return problems.stream().anyMatch(Problem::isError);
  }
}
