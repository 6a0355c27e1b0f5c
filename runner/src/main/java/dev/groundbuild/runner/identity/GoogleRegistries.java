package dev.groundbuild.runner.identity;

import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import dev.groundbuild.steps.engine.RegistryCredentials;
import dev.groundbuild.steps.engine.RegistryLogin;
import java.util.List;
import java.util.Optional;

/** Logins for Google's registries by a build's own token. */
record GoogleRegistries(Tokens tokens, Credentials credentials) implements RegistryCredentials {
  @Override
  public Optional<RegistryLogin> forHost(String host) {
    if (!RegistryNames.isGoogles(host) || !credentials.any()) {
      return Optional.empty();
    }
    try {
      AccessToken token = tokens.token(List.of());
      return Optional.of(RegistryLogin.ofAccessToken(token.value(), token.expires()));
    } catch (NoTokenException e) {
      throw new EngineException(Kind.UNAUTHORIZED, e.reason(), e);
    }
  }
}
