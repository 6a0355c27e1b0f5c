package dev.groundbuild.runner.secret;

import java.util.Optional;

/**
 * A place that may have the values of secrets. Asked from several threads at once; an interrupt
 * ends the asking with a {@link java.util.concurrent.CancellationException}.
 */
@FunctionalInterface
public interface SecretProvider {
  /**
   * @return empty when it does not have this one, and another place may be asked
   * @throws dev.groundbuild.runner.SecretException when it should have it and can't give it
   */
  Optional<FoundSecret> find(WantedSecret secret);
}
