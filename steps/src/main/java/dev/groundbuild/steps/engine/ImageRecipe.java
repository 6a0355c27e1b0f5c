package dev.groundbuild.steps.engine;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An image to be made of a container's files. What is empty is as in the image that the container
 * was made of; nothing is taken over from the container's own settings.
 *
 * @param names each with a tag; at least one
 * @param entrypoint one that is given without a cmd leaves the image without one
 * @param ports such as {@code 8080/tcp}
 * @param env with the image's
 * @param labels with the image's
 * @param volumes absolute paths
 */
public record ImageRecipe(
    List<String> names,
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
  public ImageRecipe {
    names = List.copyOf(names);
    ports = List.copyOf(ports);
    env = Collections.unmodifiableSortedMap(new TreeMap<>(env));
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    volumes = List.copyOf(volumes);
  }
}
