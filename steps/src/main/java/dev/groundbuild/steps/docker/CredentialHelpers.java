package dev.groundbuild.steps.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.AuthConfig;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import dev.groundbuild.steps.engine.ImageReference;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Credentials that the user's Docker configuration leaves to another program: {@code credHelpers}
 * for one registry, {@code credsStore} for all. Those that stand in the file itself are
 * docker-java's affair.
 */
final class CredentialHelpers {
  private static final int SECONDS = 30;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path config;
  private final String prefix;

  /**
   * @param config the user's config.json, which may be missing
   */
  CredentialHelpers(Path config) {
    this(config, "docker-credential-");
  }

  /**
   * @param prefix goes before the names in the configuration, to make those of programs
   */
  CredentialHelpers(Path config, String prefix) {
    this.config = config;
    this.prefix = prefix;
  }

  /** Empty when no program is named for the image's registry, or it knows nothing of it. */
  Optional<AuthConfig> credentials(ImageReference image) {
    return credentials(image.registry());
  }

  /** The same for a registry by its name in the user's configuration. */
  Optional<AuthConfig> credentials(String registry) {
    return program(registry).flatMap(program -> ask(program, registry));
  }

  private Optional<String> program(String registry) {
    if (!Files.isReadable(config)) {
      return Optional.empty();
    }
    try {
      JsonNode root = JSON.readTree(config.toFile());
      String own = root.path("credHelpers").path(registry).asText("");
      String name = own.isEmpty() ? root.path("credsStore").asText("") : own;
      return name.isEmpty() ? Optional.empty() : Optional.of(prefix + name);
    } catch (IOException e) {
      throw new EngineException(
          Kind.UNAUTHORIZED, config + " can't be read as JSON: correct or remove it", e);
    }
  }

  private static Optional<AuthConfig> ask(String program, String registry) {
    String said;
    int code;
    try {
      Process process = new ProcessBuilder(program, "get").redirectErrorStream(true).start();
      tell(process, registry);
      if (!ended(process)) {
        throw failed(program, registry, "no answer within " + SECONDS + " s", null);
      }
      said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      code = process.exitValue();
    } catch (IOException e) {
      throw failed(program, registry, String.valueOf(e.getMessage()), e);
    }
    if (code != 0) {
      if (said.contains("credentials not found")) {
        return Optional.empty();
      }
      throw failed(program, registry, said, null);
    }
    return Optional.of(parse(program, registry, said));
  }

  /** Whether it has ended in time by itself; if not, it is ended. */
  private static boolean ended(Process process) {
    try {
      if (process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted: asking for credentials");
    }
    process.destroyForcibly();
    return false;
  }

  private static void tell(Process process, String registry) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(registry.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It did not care to listen; what it says and how it ends decides.
      return;
    }
  }

  private static AuthConfig parse(String program, String registry, String said) {
    try {
      JsonNode answer = JSON.readTree(said);
      String user = answer.path("Username").asText("");
      String secret = answer.path("Secret").asText("");
      AuthConfig auth = new AuthConfig().withRegistryAddress(registry);
      return user.equals("<token>")
          ? auth.withIdentityToken(secret)
          : auth.withUsername(user).withPassword(secret);
    } catch (IOException e) {
      // The cause would quote what was said, and that is a secret.
      throw failed(program, registry, "its answer is no JSON", null);
    }
  }

  private static EngineException failed(
      String program, String registry, String why, @Nullable Throwable cause) {
    return new EngineException(
        Kind.UNAUTHORIZED,
        program
            + " (named in the Docker config.json) gave no credentials for "
            + registry
            + ": "
            + why
            + "; run docker login for that registry, or remove the program from the file",
        cause);
  }
}
