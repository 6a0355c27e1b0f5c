package dev.groundbuild.runner.identity;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Tokens of credentials that are read when somebody first asks. */
final class LazyTokens implements Tokens {
  private final FutureTask<Tokens> loading;

  /**
   * @param account the service account that the build is to be, or empty
   * @param fallback the address to show when the credentials don't tell theirs
   */
  LazyTokens(Credentials wanted, Optional<String> account, String fallback, InstantSource clock) {
    this.loading =
        new FutureTask<>(() ->
            wanted.any()
                ? GoogleTokens.load(wanted, account, fallback, clock)
                : new NoTokens(account.orElse(fallback), NoTokens.NONE_HERE));
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
    return loaded().token(scopes);
  }

  @Override
  public String identity(String audience, boolean full) throws NoTokenException {
    return loaded().identity(audience, full);
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
