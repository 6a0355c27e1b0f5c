package dev.groundbuild.steps.engine;

import java.util.Optional;

/** Who one is at which registry. Any thread may ask; asked anew for each request. */
@FunctionalInterface
public interface RegistryLogins {
  /** Nobody anywhere: the user's Docker configuration decides. */
  RegistryLogins NONE = _ -> Optional.empty();

  /**
   * @param registry as {@link ImageReference#registry} gives it, such as {@code localhost:5000}
   */
  Optional<RegistryLogin> find(String registry);

  /** Asks another where this one knows nobody. */
  default RegistryLogins orElse(RegistryLogins other) {
    return registry -> find(registry).or(() -> other.find(registry));
  }
}
