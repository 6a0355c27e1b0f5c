package dev.groundbuild.runner.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Which credentials of this machine the user wants to be used. Looking for them costs next to
 * nothing and loads no library.
 *
 * @param file a key file or other credentials file that the user names
 * @param impersonate the service account that steps are to be, {@value #NOBODY_ELSE}, or empty for
 *     that of the build
 * @param env the process's variables
 */
public record Credentials(
    Optional<Path> file, Optional<String> impersonate, Map<String, String> env) {
  /** Steps are whoever the credentials are of, whatever the build says. */
  public static final String NOBODY_ELSE = "none";

  private static final Path MACHINE = Path.of("/sys/class/dmi/id/product_name");

  public Credentials {
    env = Map.copyOf(env);
  }

  /** The file, as the user names it, the environment does, or gcloud has written it. */
  Optional<Path> found() {
    return file.or(this::ofEnvironment);
  }

  /**
   * Google: the variable, then the file that {@code gcloud auth application-default login} made.
   */
  private Optional<Path> ofEnvironment() {
    try {
      return set("GOOGLE_APPLICATION_CREDENTIALS")
          .map(Path::of)
          .or(() ->
              Optional.of(gcloud().resolve("application_default_credentials.json"))
                  .filter(Files::isReadable));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private Path gcloud() {
    return set("CLOUDSDK_CONFIG")
        .or(() -> set("APPDATA").map(folder -> folder + "/gcloud"))
        .map(Path::of)
        .orElseGet(() ->
            Path.of(set("HOME").orElseGet(() -> System.getProperty("user.home", "/")))
                .resolve(".config/gcloud"));
  }

  /** Whether this machine has a metadata server itself: it is Google's, or a step is on it. */
  boolean isOnGoogle() {
    if (set("NO_GCE_CHECK").filter("true"::equals).isPresent()) {
      return false;
    }
    return set("GCE_METADATA_HOST").isPresent() || isGoogles();
  }

  private static boolean isGoogles() {
    try {
      return Files.isReadable(MACHINE) && Files.readString(MACHINE).startsWith("Google");
    } catch (IOException e) {
      return false;
    }
  }

  /** Where accounts are impersonated: Google, or what gcloud is told by the same variable. */
  String endpoint() {
    String endpoint =
        set("CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS")
            .orElse("https://iamcredentials.googleapis.com/");
    return endpoint.endsWith("/") ? endpoint : endpoint + "/";
  }

  /** Whether the user has said of whom steps are to be, and so wants them to be somebody. */
  boolean areNamed() {
    return file.isPresent() || impersonate.filter(who -> !who.equals(NOBODY_ELSE)).isPresent();
  }

  /** Whether there are any on this machine. */
  boolean any() {
    return found().isPresent() || isOnGoogle();
  }

  private Optional<String> set(String variable) {
    return Optional.ofNullable(env.get(variable)).filter(value -> !value.isBlank());
  }
}
