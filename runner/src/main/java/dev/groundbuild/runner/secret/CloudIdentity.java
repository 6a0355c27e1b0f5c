package dev.groundbuild.runner.secret;

import com.google.auth.Credentials;
import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.ComputeEngineCredentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ImpersonatedCredentials;
import com.google.auth.oauth2.OAuth2CredentialsWithRefresh;
import com.google.auth.oauth2.ServiceAccountCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who asks: the account that the user or the build has chosen, else that of the application default
 * credentials, looked for once. Several threads may ask at once; {@code looking} is held while one
 * of them looks, and guards both fields.
 */
final class CloudIdentity {
  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";

  /** More than the library keeps in hand before it renews a token. */
  private static final Duration RENEWAL = Duration.ofMinutes(5);

  private final ReentrantLock looking = new ReentrantLock();
  private final @Nullable Supplier<String> token;
  private @Nullable Credentials found;
  private @Nullable IOException missing;

  /**
   * @param token gives tokens of the account that was chosen; null for none
   */
  CloudIdentity(@Nullable Supplier<String> token) {
    this.token = token;
  }

  /**
   * @throws IOException when there are none
   */
  Credentials credentials() throws IOException {
    looking.lock();
    try {
      if (missing != null) {
        throw missing;
      }
      if (found == null) {
        found =
            token == null
                ? GoogleCredentials.getApplicationDefault().createScoped(SCOPE)
                : chosen(token);
      }
      return found;
    } catch (IOException e) {
      missing = e;
      throw e;
    } finally {
      looking.unlock();
    }
  }

  /** Whoever gives the tokens renews them; so each is asked for again soon. */
  private static Credentials chosen(Supplier<String> token) throws IOException {
    return OAuth2CredentialsWithRefresh.newBuilder()
        .setAccessToken(now(token))
        .setRefreshHandler(() -> now(token))
        .build();
  }

  private static AccessToken now(Supplier<String> token) throws IOException {
    try {
      return new AccessToken(token.get(), Date.from(Instant.now().plus(RENEWAL)));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** The service account; empty for a person, whose name the credentials do not tell. */
  Optional<String> name() {
    try {
      return Optional.ofNullable(
          switch (credentials()) {
            case ServiceAccountCredentials s -> s.getAccount();
            case ImpersonatedCredentials i -> i.getAccount();
            case ComputeEngineCredentials c -> c.getAccount();
            default -> null;
          });
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // only for words
    }
  }
}
