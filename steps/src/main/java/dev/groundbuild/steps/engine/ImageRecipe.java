package dev.groundbuild.steps.engine;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * An image to be made of a container's files. What is empty is as in the image that the container
 * was made of; nothing is taken over from the container's own settings, nor of what the container
 * was given to run and what it wrote there for others.
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
  private static final Pattern NEITHER = Pattern.compile("(\\./|/)*builder/(script$|outputs(/|$))");

  public ImageRecipe {
    names = List.copyOf(names);
    ports = List.copyOf(ports);
    env = Collections.unmodifiableSortedMap(new TreeMap<>(env));
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    volumes = List.copyOf(volumes);
  }

  /** Whether a file of the container is in no image that is made of it; secrets may be in it. */
  public static boolean leavesOut(String path) {
    return NEITHER.matcher(path).lookingAt();
  }
}
