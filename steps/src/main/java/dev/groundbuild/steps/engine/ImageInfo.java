package dev.groundbuild.steps.engine;

import java.util.List;
import java.util.Map;

/**
 * An image that the engine has.
 *
 * @param id the image id, {@code sha256:...}
 * @param repoTags every {@code repo:tag} of the image
 * @param repoDigests every {@code repo@sha256:...} under which a registry knows the image; empty
 *     for one that was built here
 * @param labels the image's labels
 */
public record ImageInfo(
    String id, List<String> repoTags, List<String> repoDigests, Map<String, String> labels) {
  public ImageInfo {
    repoTags = List.copyOf(repoTags);
    repoDigests = List.copyOf(repoDigests);
    labels = Map.copyOf(labels);
  }
}
