package dev.groundbuild.steps.engine;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A parsed image name: {@code [registry/]repository[:tag][@digest]}. Cloud Build: tags may have
 * uppercase letters and repositories may not; a tag and a digest may stand together, as real
 * configs have them.
 *
 * @param repository registry and path as written, such as {@code gcr.io/cloud-builders/git} or
 *     {@code ubuntu}
 */
public record ImageReference(String repository, Optional<String> tag, Optional<String> digest) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?<repo>(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\\[[0-9a-fA-F:]+])(?::[0-9]+)?/)?"
              + "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)"
              + "(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>sha(?:256|384|512):[0-9a-zA-Z]+))?");

  /** The reference, or empty when the text is none. */
  public static Optional<ImageReference> parse(String text) {
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new ImageReference(
            m.group("repo"),
            Optional.ofNullable(m.group("tag")),
            Optional.ofNullable(m.group("digest"))));
  }

  /** A repository's name without the parts that the engine leaves out of the names it gives. */
  public static String familiar(String repository) {
    String name = repository.replaceFirst("^(index\\.)?docker\\.io/", "");
    return name.startsWith("library/") ? name.substring("library/".length()) : name;
  }

  /**
   * The registry of an image, by its name in a Docker configuration. Docker: a first part with a
   * dot or a port is a registry, any other is on Docker Hub.
   *
   * @param repository a repository, with or without what follows it in the name of an image
   */
  public static String registry(String repository) {
    int slash = repository.indexOf('/');
    String first = slash < 0 ? "" : repository.substring(0, slash);
    boolean isHost = first.contains(".") || first.contains(":") || first.equals("localhost");
    return isHost ? registryAt(first) : RegistryCredentials.DOCKER_HUB;
  }

  /** The registry at an address, by its name in a Docker configuration: Docker Hub has several. */
  public static String registryAt(String host) {
    return host.equals("docker.io") || host.equals("index.docker.io")
        ? RegistryCredentials.DOCKER_HUB
        : host;
  }

  /** The registry that this image is in, as {@link RegistryCredentials#forHost} knows it. */
  public String registry() {
    return registry(repository);
  }

  /** The same repository at a tag. */
  public ImageReference withTag(String other) {
    return new ImageReference(repository, Optional.of(other), Optional.empty());
  }

  @Override
  public String toString() {
    return repository + tag.map(t -> ":" + t).orElse("") + digest.map(d -> "@" + d).orElse("");
  }
}
