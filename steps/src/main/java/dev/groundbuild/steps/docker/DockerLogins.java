package dev.groundbuild.steps.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.AuthConfig;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import dev.groundbuild.steps.engine.ImageReference;
import dev.groundbuild.steps.engine.RegistryCredentials;
import dev.groundbuild.steps.engine.RegistryLogin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The logins of the user's Docker configuration: those that another program keeps, and those that
 * stand in the file itself.
 */
public final class DockerLogins implements RegistryCredentials {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path config;
  private final CredentialHelpers helpers;

  /**
   * @param config the user's config.json, which may be missing
   */
  public DockerLogins(Path config) {
    this(config, new CredentialHelpers(config));
  }

  DockerLogins(Path config, CredentialHelpers helpers) {
    this.config = config;
    this.helpers = helpers;
  }

  /**
   * Those of the configuration that the docker command would use.
   *
   * @param env the process's variables
   */
  public static DockerLogins of(Map<String, String> env) {
    String folder = env.getOrDefault("DOCKER_CONFIG", "");
    String home = env.getOrDefault("HOME", System.getProperty("user.home", "/"));
    return new DockerLogins(
        (folder.isEmpty() ? Path.of(home, ".docker") : Path.of(folder)).resolve("config.json"));
  }

  @Override
  public Optional<RegistryLogin> forHost(String host) {
    if (!Files.isReadable(config)) {
      return Optional.empty();
    }
    return helpers.credentials(host).map(DockerLogins::login).or(() -> inFile(host));
  }

  /** The registries that the configuration names, as {@link #forHost} knows them. */
  public Set<String> hosts() {
    Set<String> hosts = new TreeSet<>();
    if (Files.isReadable(config)) {
      JsonNode root = read();
      root.path("auths").fieldNames().forEachRemaining(name -> hosts.add(host(name)));
      root.path("credHelpers").fieldNames().forEachRemaining(name -> hosts.add(host(name)));
    }
    return hosts;
  }

  private Optional<RegistryLogin> inFile(String host) {
    for (Map.Entry<String, JsonNode> entry : read().path("auths").properties()) {
      if (host(entry.getKey()).equals(host)) {
        return login(host, entry.getValue());
      }
    }
    return Optional.empty();
  }

  /** Older versions of Docker wrote addresses, such as {@code https://gcr.io/v1/}. */
  private static String host(String name) {
    if (name.equals(DOCKER_HUB)) {
      return name;
    }
    return ImageReference.registryAt(name.replaceFirst("^https?://", "").replaceFirst("/.*", ""));
  }

  private Optional<RegistryLogin> login(String host, JsonNode entry) {
    String identity = entry.path("identitytoken").asText("");
    if (!identity.isEmpty()) {
      return Optional.of(new RegistryLogin("<token>", identity));
    }
    String auth = entry.path("auth").asText("");
    if (auth.isEmpty()) {
      String user = entry.path("username").asText("");
      return user.isEmpty()
          ? Optional.empty()
          : Optional.of(new RegistryLogin(user, entry.path("password").asText("")));
    }
    try {
      String both = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
      int colon = both.indexOf(':');
      if (colon >= 0) {
        return Optional.of(new RegistryLogin(both.substring(0, colon), both.substring(colon + 1)));
      }
    } catch (IllegalArgumentException e) {
      // Its message would quote a part of the secret.
    }
    throw new EngineException(
        Kind.UNAUTHORIZED,
        config + ": what stands for " + host + " is no login; run docker login " + host,
        null);
  }

  private static RegistryLogin login(AuthConfig auth) {
    return auth.getIdentitytoken() == null
        ? new RegistryLogin(String.valueOf(auth.getUsername()), String.valueOf(auth.getPassword()))
        : new RegistryLogin("<token>", auth.getIdentitytoken());
  }

  private JsonNode read() {
    try {
      return JSON.readTree(config.toFile());
    } catch (IOException e) {
      throw new EngineException(
          Kind.UNAUTHORIZED, config + " can't be read as JSON: correct or remove it", null);
    }
  }
}
