package dev.groundbuild.steps.engine;

import java.util.Optional;

/** Who we are at registries. Any number of threads may ask at once; an answer may take a while. */
@FunctionalInterface
public interface RegistryCredentials {
  /** The name under which Docker Hub stands in a Docker configuration. */
  String DOCKER_HUB = "https://index.docker.io/v1/";

  /** Nobody. */
  RegistryCredentials NONE = host -> Optional.empty();

  /**
   * The login for a registry, good for a while: whoever uses it later asks again.
   *
   * @param host such as {@code gcr.io} or {@code localhost:5000}, or {@link #DOCKER_HUB}
   * @return empty when nothing is known for it, so that it is asked without a login
   * @throws EngineException of kind UNAUTHORIZED when a login should be there and can't be had
   */
  Optional<RegistryLogin> forHost(String host);

  /** This, and where it knows nothing, another. */
  default RegistryCredentials or(RegistryCredentials other) {
    return host -> forHost(host).or(() -> other.forHost(host));
  }
}
