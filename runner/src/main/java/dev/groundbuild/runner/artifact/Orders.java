package dev.groundbuild.runner.artifact;

import java.net.URI;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * What the user wants to leave the build.
 *
 * @param push whether images, objects and packages go where the config says
 * @param folder takes the objects of {@code gs://BUCKET/PATH} as BUCKET/PATH below it, instead of
 *     Cloud Storage
 * @param storage where Cloud Storage's API answers, if not where it usually does
 * @param repositories addresses of package repositories, and what is used in their place
 */
public record Orders(
    boolean push, Optional<Path> folder, Optional<URI> storage, Map<String, String> repositories) {
  public Orders {
    repositories = Map.copyOf(repositories);
  }

  /** Whether objects are taken anywhere. */
  boolean takesObjects() {
    return push || folder.isPresent();
  }

  /** The address that a repository really has: the longest that it begins with is replaced. */
  String repository(String written) {
    return repositories.keySet().stream()
        .filter(written::startsWith)
        .max(Comparator.comparingInt(String::length))
        .map(from -> repositories.get(from) + written.substring(from.length()))
        .orElse(written);
  }
}
