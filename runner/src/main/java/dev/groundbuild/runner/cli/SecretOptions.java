package dev.groundbuild.runner.cli;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.secret.GivenSecrets;
import dev.groundbuild.runner.secret.ListedSecrets;
import dev.groundbuild.runner.secret.SecretChain;
import dev.groundbuild.runner.secret.SecretProvider;
import dev.groundbuild.runner.secret.VaultSecrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where the values of secrets are. */
final class SecretOptions {
  /** Of the source; it is never sent. */
  private static final String OWN_FOLDER = ".groundbuild";

  private static final String IN_SOURCE = OWN_FOLDER + "/secrets.yaml";

  private static final Path ENVIRONMENT = Path.of("/proc/self/environ");

  @Option(
      names = "--secret",
      paramLabel = "NAME=env:VAR|file:PATH",
      description = {
        "Where the value of a secret is, before any other place. NAME: of its variable, or its short or full name",
        "in Secret Manager. A file counts byte for byte. May be given more than once."
      })
  private List<String> given = new ArrayList<>();

  @Option(
      names = "--secrets-file",
      paramLabel = "FILE",
      description = {
        "A YAML map of secrets, NAME: 'value' or NAME: {file: PATH}, that only you can read. Default:",
        IN_SOURCE
            + " in the source folder, then secrets.yaml in ~/.config/groundbuild. Then come Vault",
        "(VAULT_ADDR), and Google's Secret Manager and KMS. See groundbuild secrets --help."
      })
  private @Nullable String file;

  /** What can be seen to be wrong before anything is asked. */
  void check(Shell shell, Build build, Path source) {
    GivenSecrets secrets = parsed(shell);
    List<String> unknown = secrets.unknown(build);
    if (!unknown.isEmpty()) {
      throw new UsageException("--secret " + unknown.getFirst() + ": the build has no such secret");
    }
    secrets.files().forEach(path -> warnIfSent(shell, path.normalize(), source));
    if (file == null) {
      return;
    }
    Path path = shell.path(file);
    if (!Files.isRegularFile(path)) {
      throw new UsageException("--secrets-file: " + file + ": no such file");
    }
    Path own = source.resolve(OWN_FOLDER);
    if (isSent(path, source)) {
      throw new UsageException(
          "--secrets-file: "
              + file
              + " is in the source, and would be sent and kept with it; move it into "
              + shell.relative(own)
              + ", which never is, or elsewhere");
    }
  }

  private static void warnIfSent(Shell shell, Path path, Path source) {
    if (isSent(path, source)) {
      shell
          .err()
          .println(
              "groundbuild: warning: --secret: "
                  + shell.relative(path)
                  + " is in the source: unless it is ignored, steps find it in /workspace, and it is"
                  + " kept with the source; better keep it elsewhere, or in "
                  + OWN_FOLDER
                  + "/");
    }
  }

  /** Whether a file goes with the source, ignore rules aside. */
  private static boolean isSent(Path path, Path source) {
    return path.startsWith(source.normalize())
        && !path.startsWith(source.resolve(OWN_FOLDER).normalize());
  }

  /**
   * Asks all places in their order. Nothing is read before a build wants a secret.
   *
   * @param source the folder that is built
   * @param tokens of whoever asks Google; empty for the application default credentials
   */
  SecretChain chain(Shell shell, Path source, Optional<Supplier<String>> tokens) {
    GivenSecrets first = parsed(shell);
    return SecretChain.of(() -> nearby(shell, source, first), shell.env(), tokens.orElse(null));
  }

  /** Refuses lists of secrets in a folder that every step sees as it is. */
  void checkBound(Shell shell, Path folder) {
    Stream.concat(
            Stream.of(folder.resolve(IN_SOURCE)),
            Optional.ofNullable(file).map(shell::path).stream())
        .filter(path -> path.normalize().startsWith(folder.normalize()) && Files.exists(path))
        .findFirst()
        .ifPresent(path -> {
          throw new UsageException(
              "--bind-mount-source: every step could read "
                  + shell.relative(path)
                  + "; move it to ~/.config/groundbuild/secrets.yaml, or elsewhere for --secrets-file,"
                  + " or run without --bind-mount-source");
        });
  }

  private List<SecretProvider> nearby(Shell shell, Path source, GivenSecrets first) {
    List<SecretProvider> places = new ArrayList<>();
    places.add(first);
    for (Path path : files(shell, source)) {
      places.add(ListedSecrets.read(path, shell.relative(path)));
    }
    VaultSecrets.of(shell.env(), home(shell)).ifPresent(places::add);
    return places;
  }

  private List<Path> files(Shell shell, Path source) {
    if (file != null) {
      return List.of(shell.path(file));
    }
    String config = shell.env().getOrDefault("XDG_CONFIG_HOME", "");
    Path folder = config.isEmpty() ? home(shell).resolve(".config") : Path.of(config);
    return List.of(source.resolve(IN_SOURCE), folder.resolve("groundbuild/secrets.yaml")).stream()
        .filter(Files::exists)
        .toList();
  }

  private static Path home(Shell shell) {
    String home = shell.env().getOrDefault("HOME", "");
    return Path.of(home.isEmpty() ? System.getProperty("user.home") : home);
  }

  private GivenSecrets parsed(Shell shell) {
    try {
      return GivenSecrets.parse(given, name -> variable(shell, name), shell::path);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** Java's own view of a variable depends on the locale, and may have lost bytes. */
  private static Optional<byte[]> variable(Shell shell, String name) {
    if (shell.own() && Files.isReadable(ENVIRONMENT)) {
      try {
        String all = Files.readString(ENVIRONMENT, StandardCharsets.ISO_8859_1);
        for (String one : all.split("\0", -1)) {
          if (one.startsWith(name + "=")) {
            return Optional.of(
                one.substring(name.length() + 1).getBytes(StandardCharsets.ISO_8859_1));
          }
        }
        return Optional.empty();
      } catch (IOException _) {
        // Then as Java sees it.
      }
    }
    return Optional.ofNullable(shell.env().get(name))
        .map(value -> value.getBytes(StandardCharsets.UTF_8));
  }
}
