package dev.groundbuild.runner.secret;

import com.google.auth.Credentials;
import com.google.auth.oauth2.ComputeEngineCredentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ImpersonatedCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Who asks: application default credentials, looked for once. Several threads may ask at once;
 * {@code looking} is held while one of them looks, and guards both fields.
 */
final class CloudIdentity {
  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";

  private final ReentrantLock looking = new ReentrantLock();
  private @Nullable GoogleCredentials found;
  private @Nullable IOException missing;

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
        found = GoogleCredentials.getApplicationDefault().createScoped(SCOPE);
      }
      return found;
    } catch (IOException e) {
      missing = e;
      throw e;
    } finally {
      looking.unlock();
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
