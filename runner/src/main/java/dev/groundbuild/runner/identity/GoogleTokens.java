package dev.groundbuild.runner.identity;

import com.google.auth.Retryable;
import com.google.auth.oauth2.ComputeEngineCredentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.IdToken;
import com.google.auth.oauth2.IdTokenProvider;
import com.google.auth.oauth2.ImpersonatedCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import com.google.auth.oauth2.UserCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Tokens by Google's own library, whose classes only this one uses. */
final class GoogleTokens implements Tokens {
  private static final int LIFETIME_SECONDS = 3600;
  private static final int LONGEST_REASON = 300;

  private final GoogleCredentials credentials;
  private final String email;
  private final String from;
  private final InstantSource clock;
  private final Map<List<String>, GoogleCredentials> byScopes = new ConcurrentHashMap<>();
  private final Map<List<String>, Instant> since = new ConcurrentHashMap<>();

  private GoogleTokens(
      GoogleCredentials credentials, String email, String from, InstantSource clock) {
    this.clock = clock;
    this.credentials = credentials;
    this.email = email;
    this.from = from;
  }

  /**
   * Reads the credentials; asks at most this machine.
   *
   * @param account the service account of the build, or empty
   * @param fallback the address to show when the credentials don't tell theirs
   */
  static Tokens load(
      Credentials wanted, Optional<String> account, String fallback, InstantSource clock) {
    try {
      Optional<Path> file = wanted.found();
      GoogleCredentials own =
          file.isPresent() ? read(file.get()) : ComputeEngineCredentials.create();
      String from = file.map(f -> "credentials file " + f).orElse("this machine's own account");
      Optional<String> known = email(own);
      String mail = known.orElse(fallback);
      Optional<String> other = account.filter(a -> known.filter(a::equals).isEmpty());
      return other.isPresent()
          ? new GoogleTokens(
              as(own, other.get(), wanted.endpoint()),
              other.get(),
              "impersonated by " + from,
              clock)
          : new GoogleTokens(own, mail, from, clock);
    } catch (IOException | IllegalArgumentException e) {
      return new NoTokens(fallback, reason(e));
    }
  }

  private static GoogleCredentials read(Path file) throws IOException {
    try {
      return GoogleCredentials.fromStream(new ByteArrayInputStream(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      throw new IOException("there is no credentials file " + file, e);
    } catch (IOException e) {
      throw new IOException("the credentials file " + file + " can't be used: " + reason(e), e);
    }
  }

  private static GoogleCredentials as(GoogleCredentials own, String account, String endpoint) {
    return ImpersonatedCredentials.newBuilder()
        .setSourceCredentials(own.createScoped(CLOUD_PLATFORM))
        .setTargetPrincipal(account)
        .setScopes(List.of(CLOUD_PLATFORM))
        .setLifetime(LIFETIME_SECONDS)
        .setIamEndpointOverride(
            endpoint + "v1/projects/-/serviceAccounts/" + account + ":generateAccessToken")
        .build();
  }

  private static Optional<String> email(GoogleCredentials own) {
    return switch (own) {
      case ServiceAccountCredentials account -> Optional.of(account.getClientEmail());
      case ImpersonatedCredentials account -> Optional.of(account.getAccount());
      case ComputeEngineCredentials machine -> account(machine);
      default -> Optional.empty();
    };
  }

  /** Empty where the machine has none, or its metadata server can't be reached. */
  private static Optional<String> account(ComputeEngineCredentials machine) {
    try {
      return Optional.ofNullable(machine.getAccount());
    } catch (RuntimeException e) {
      // The library has no other way to say so; whoever wants a token hears why there is none.
      return Optional.empty();
    }
  }

  @Override
  public String whose() {
    return email + " (" + from + ")";
  }

  @Override
  public String email() {
    return email;
  }

  @Override
  public AccessToken token(List<String> scopes) throws NoTokenException {
    List<String> wanted = scopes.isEmpty() ? List.of(CLOUD_PLATFORM) : scopes;
    GoogleCredentials scoped = byScopes.computeIfAbsent(wanted, credentials::createScoped);
    try {
      refresh(wanted, scoped);
    } catch (IOException e) {
      throw failed("a token", e);
    }
    com.google.auth.oauth2.AccessToken token = scoped.getAccessToken();
    if (token == null || token.getExpirationTime() == null) {
      throw new NoTokenException("the token server gave no token to " + email, true);
    }
    return new AccessToken(token.getTokenValue(), token.getExpirationTime().toInstant());
  }

  /** Cloud Build: a token is renewed when three quarters of its life are over. */
  private void refresh(List<String> scopes, GoogleCredentials scoped) throws IOException {
    com.google.auth.oauth2.AccessToken before = scoped.getAccessToken();
    Instant now = clock.instant();
    Instant got = since.getOrDefault(scopes, now);
    if (before != null && isOld(got, before.getExpirationTime(), now)) {
      scoped.refresh();
    } else {
      scoped.refreshIfExpired();
    }
    if (!Objects.equals(before, scoped.getAccessToken())) {
      since.put(scopes, now);
    }
  }

  private static boolean isOld(Instant got, @Nullable Date end, Instant now) {
    return end != null
        && !now.isBefore(
            got.plus(Duration.between(got, end.toInstant()).multipliedBy(3).dividedBy(4)));
  }

  @Override
  public String identity(String audience, boolean full) throws NoTokenException {
    if (credentials instanceof UserCredentials
        || !(credentials instanceof IdTokenProvider provider)) {
      throw new NoTokenException(
          "only a service account has identity tokens, and steps are "
              + whose()
              + "; give groundbuild --impersonate=ACCOUNT",
          false);
    }
    List<IdTokenProvider.Option> options =
        full
            ? List.of(IdTokenProvider.Option.FORMAT_FULL, IdTokenProvider.Option.INCLUDE_EMAIL)
            : List.of();
    try {
      IdToken token = provider.idTokenWithAudience(audience, options);
      return token.getTokenValue();
    } catch (IOException e) {
      throw failed("an identity token", e);
    }
  }

  private NoTokenException failed(String what, IOException e) {
    boolean passing = !(e instanceof Retryable r) || r.isRetryable();
    String hint =
        credentials instanceof ImpersonatedCredentials
            ? "; whose credentials these are needs roles/iam.serviceAccountTokenCreator on it: gcloud iam"
                + " service-accounts add-iam-policy-binding "
                + email
                + " --member=user:YOU --role=roles/iam.serviceAccountTokenCreator, or give groundbuild"
                + " --impersonate=none"
            : "";
    return new NoTokenException(
        "could not get " + what + " of " + whose() + ": " + reason(e) + hint, passing);
  }

  /** The first line: what follows quotes requests and answers. */
  private static String reason(Exception e) {
    String text = String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    return text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) + "..." : text;
  }
}
