package dev.groundbuild.runner.identity;

import dev.groundbuild.runner.Identity.Witness;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The tokens of one build: read when somebody first asks, and with a word in the build's log about
 * whose they are, or why there are none.
 */
final class BuildTokens implements Tokens {
  private final FutureTask<Tokens> loading;
  private final Witness witness;
  private final Set<String> said = ConcurrentHashMap.newKeySet();

  /**
   * @param account the service account that the build is to be, or empty
   * @param fallback the address to show when the credentials don't tell theirs
   */
  BuildTokens(Credentials wanted, Optional<String> account, String fallback, Witness witness) {
    this.loading =
        new FutureTask<>(() ->
            wanted.any()
                ? GoogleTokens.load(wanted, account, fallback)
                : new NoTokens(account.orElse(fallback), NoTokens.NONE_HERE));
    this.witness = witness;
  }

  @Override
  public String whose() {
    return loaded().whose();
  }

  @Override
  public String email() {
    return loaded().email();
  }

  @Override
  public AccessToken token(List<String> scopes) throws NoTokenException {
    try {
      AccessToken token = loaded().token(scopes);
      witness.secret(token.value());
      return token;
    } catch (NoTokenException e) {
      throw told(e);
    }
  }

  @Override
  public String identity(String audience, boolean full) throws NoTokenException {
    try {
      String token = loaded().identity(audience, full);
      witness.secret(token);
      return token;
    } catch (NoTokenException e) {
      throw told(e);
    }
  }

  /** A client asks again and again; the log says it once. */
  private NoTokenException told(NoTokenException e) {
    if (said.add(e.reason())) {
      witness.say("a step has asked for a token of Google's and got none: " + e.reason());
    }
    return e;
  }

  private Tokens loaded() {
    loading.run();
    try {
      return loading.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted: reading credentials");
    } catch (ExecutionException e) {
      throw new IllegalStateException("credentials can't be read", e.getCause());
    }
  }
}
