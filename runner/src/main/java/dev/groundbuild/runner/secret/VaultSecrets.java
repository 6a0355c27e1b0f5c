package dev.groundbuild.runner.secret;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.groundbuild.runner.SecretException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Secrets in a key-value store (version 2) of HashiCorp Vault. The secret of Secret Manager that is
 * called {@code S} is the key {@code value}, or the only key there is, at {@code groundbuild/S} of
 * the store {@code secret}; so is one that is encrypted in the config, by the name of its variable.
 */
public final class VaultSecrets implements SecretProvider {
  /** Where a secret is: the store, a slash, and the path in it. */
  public static final String DEFAULT_PATH = "secret/groundbuild/{secret}";

  private static final String VALUE = "value";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int ATTEMPTS = 4;
  private static final int MOST_MOVES = 3;
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Set<Integer> PASSING = Set.of(412, 429, 500, 502, 503, 504);

  private final URI address;
  private final String token;
  private final Optional<String> namespace;
  private final String path;
  private final HttpClient http;

  private VaultSecrets(URI address, String token, Optional<String> namespace, String path) {
    this.address = address;
    this.token = token;
    this.namespace = namespace;
    this.path = path;
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * As Vault's own command line finds its server: VAULT_ADDR, VAULT_NAMESPACE, and a token in
   * VAULT_TOKEN or in {@code ~/.vault-token}. Empty without VAULT_ADDR.
   *
   * @param home where {@code .vault-token} is
   * @throws SecretException when that does not make a server
   */
  public static Optional<VaultSecrets> of(Map<String, String> env, Path home) {
    String address = env.getOrDefault("VAULT_ADDR", "");
    if (address.isEmpty()) {
      return Optional.empty();
    }
    URI uri;
    try {
      uri = URI.create(address.replaceAll("/+$", ""));
    } catch (IllegalArgumentException _) {
      throw badAddress();
    }
    if (uri.getHost() == null || !Set.of("http", "https").contains(uri.getScheme())) {
      throw badAddress();
    }
    Optional<String> namespace =
        Optional.ofNullable(env.get("VAULT_NAMESPACE")).filter(n -> !n.isEmpty());
    String path = env.getOrDefault("GROUNDBUILD_VAULT_PATH", DEFAULT_PATH);
    if (!path.contains("/") || !(path.contains("{secret}") || path.contains("{env}"))) {
      throw new SecretException(
          "GROUNDBUILD_VAULT_PATH must name a store and a path with {secret} or {env}, such as "
              + DEFAULT_PATH);
    }
    return Optional.of(new VaultSecrets(uri, token(env, home), namespace, path));
  }

  private static SecretException badAddress() {
    return new SecretException(
        "VAULT_ADDR is not the address of a Vault, such as https://vault.example.com:8200");
  }

  private static String token(Map<String, String> env, Path home) {
    String token = env.getOrDefault("VAULT_TOKEN", "");
    Path file = home.resolve(".vault-token");
    if (token.isEmpty() && Files.exists(file)) {
      try {
        token = Files.readString(file).strip();
      } catch (IOException e) {
        throw new SecretException(file + " can't be read: " + GivenSecrets.reason(e), e);
      }
    }
    if (token.isEmpty()) {
      throw new SecretException(
          "VAULT_ADDR is set, and there is no token for it; set VAULT_TOKEN or run vault login, or"
              + " unset VAULT_ADDR");
    }
    if (!token.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new SecretException("the token for Vault is not one: it has blanks or line ends in it");
    }
    return token;
  }

  @Override
  public Optional<FoundSecret> find(WantedSecret secret) {
    String at = at(secret);
    HttpResponse<byte[]> response = get(secret, at);
    return switch (response.statusCode()) {
      case 200 -> Optional.of(found(secret, at, response.body()));
      case 404 -> Optional.empty();
      case 403 ->
          throw failed(
              secret,
              at
                  + " may not be read with this token; vault token lookup says what it is, and its policy"
                  + " needs: path \""
                  + dataPath(at)
                  + "\" { capabilities = [\"read\"] }");
      default -> throw failed(secret, at + ": it answers " + response.statusCode());
    };
  }

  private String at(WantedSecret secret) {
    String project = secret instanceof WantedSecret.Stored stored ? stored.version().project() : "";
    return path.replace("{secret}", secret.shortName())
        .replace("{env}", secret.env())
        .replace("{project}", project);
  }

  /** The API has a folder between the store and the path. */
  private static String dataPath(String at) {
    int store = at.indexOf('/');
    return at.substring(0, store) + "/data" + at.substring(store);
  }

  private HttpResponse<byte[]> get(WantedSecret secret, String at) {
    StringBuilder uri = new StringBuilder(address + "/v1");
    for (String part : dataPath(at).split("/", -1)) {
      uri.append('/').append(URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"));
    }
    HttpRequest request = request(URI.create(uri.toString()));
    int moves = 0;
    Duration pause = PAUSE;
    for (int attempt = 1; ; attempt++) {
      try {
        HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
        Optional<URI> active = active(response);
        if (active.isPresent() && moves++ < MOST_MOVES) {
          request = request(active.get());
          continue;
        }
        if (attempt == ATTEMPTS || !PASSING.contains(response.statusCode())) {
          return response;
        }
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          String why = e.getMessage() == null ? "it can't be reached" : e.getMessage();
          throw failed(secret, why);
        }
      } catch (InterruptedException e) {
        throw cancelled();
      }
      rest(pause);
      pause = pause.multipliedBy(2);
    }
  }

  private HttpRequest request(URI uri) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(PATIENCE)
            .header("X-Vault-Token", token)
            .header("X-Vault-Request", "true");
    namespace.ifPresent(n -> request.header("X-Vault-Namespace", n));
    return request.build();
  }

  /** Where a standby sends us; never from TLS to none, for the token goes along. */
  private static Optional<URI> active(HttpResponse<byte[]> response) {
    if (response.statusCode() != 307) {
      return Optional.empty();
    }
    try {
      return response
          .headers()
          .firstValue("Location")
          .map(response.uri()::resolve)
          .filter(to -> to.getHost() != null && response.uri().getScheme().equals(to.getScheme()));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static void rest(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      throw cancelled();
    }
  }

  private static CancellationException cancelled() {
    Thread.currentThread().interrupt();
    return new CancellationException("interrupted while asking Vault");
  }

  private FoundSecret found(WantedSecret secret, String at, byte[] body) {
    JsonObject data;
    try {
      data =
          JsonParser.parseString(new String(body, StandardCharsets.UTF_8))
              .getAsJsonObject()
              .getAsJsonObject("data")
              .getAsJsonObject("data");
    } catch (JsonParseException
        | IllegalStateException
        | ClassCastException
        | NullPointerException e) {
      throw failed(secret, at + " is not in a key-value store of version 2");
    }
    @Nullable JsonElement value = data.get(VALUE);
    if (value == null && data.size() == 1) {
      value = data.asMap().values().iterator().next();
    }
    if (value == null || !value.isJsonPrimitive()) {
      String keys = data.keySet().stream().sorted().collect(Collectors.joining(", "));
      throw failed(
          secret, at + " has the keys " + keys + ", and none of them is the text \"value\"");
    }
    return new FoundSecret(value.getAsString().getBytes(StandardCharsets.UTF_8), "Vault, " + at);
  }

  private SecretException failed(WantedSecret secret, String why) {
    return new SecretException(
        "secret " + secret.shown() + ": Vault at " + address.getHost() + ": " + why);
  }
}
