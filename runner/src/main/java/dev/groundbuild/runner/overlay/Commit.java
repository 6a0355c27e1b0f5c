package dev.groundbuild.runner.overlay;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The image that is made of a step's container when the step has ended well. What is absent is as
 * in the image that the step ran; the step's own environment is not in it.
 *
 * @param image repository, without a tag
 * @param tags at least one
 * @param entrypoint empty when the overlay does not say
 * @param cmd empty when the overlay does not say
 * @param ports such as {@code 8080/tcp}
 * @param volumes absolute paths
 */
public record Commit(
    String image,
    List<String> tags,
    Optional<List<String>> entrypoint,
    Optional<List<String>> cmd,
    List<String> ports,
    Optional<String> workdir,
    SortedMap<String, String> env,
    SortedMap<String, String> labels,
    Optional<String> user,
    Optional<String> author,
    Optional<String> message,
    Optional<String> stopSignal,
    List<String> volumes) {
  public Commit {
    tags = List.copyOf(tags);
    ports = List.copyOf(ports);
    env = Collections.unmodifiableSortedMap(new TreeMap<>(env));
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    volumes = List.copyOf(volumes);
  }

  /** Every name of the image. */
  public List<String> names() {
    return tags.stream().map(tag -> image + ":" + tag).toList();
  }
}
