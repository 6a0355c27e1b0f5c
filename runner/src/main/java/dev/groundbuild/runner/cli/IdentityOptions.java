package dev.groundbuild.runner.cli;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.identity.BuildIdentity;
import dev.groundbuild.runner.identity.Credentials;
import dev.groundbuild.steps.docker.DockerLogins;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for who the steps of a build are. */
final class IdentityOptions {
  @Option(
      names = "--identity",
      paramLabel = "on|off",
      description = {
        "on (default): steps find a metadata server as in the cloud, whose tokens come from this machine's Google",
        "credentials, and logins for the registries of the config's images; off: neither."
      })
  private Choice identity = Choice.on;

  @Option(
      names = "--credentials",
      paramLabel = "FILE",
      description =
          "Key file or other credentials file to be used instead of the application default credentials.")
  private @Nullable String credentials;

  @Option(
      names = "--impersonate",
      paramLabel = "ACCOUNT",
      description = {
        "Service account that steps are, by these credentials: by default the build's serviceAccount, if it has",
        "one; none: steps are whoever the credentials are of."
      })
  private @Nullable String account;

  enum Choice {
    on,
    off
  }

  void check(Shell shell) {
    if (credentials != null && !Files.isReadable(shell.path(credentials))) {
      throw new UsageException("--credentials=" + credentials + ": no file that can be read");
    }
    if (account != null && !account.equals(Credentials.NOBODY_ELSE) && !account.contains("@")) {
      throw new UsageException(
          "--impersonate="
              + account
              + ": not the address of a service account, such as ci@PROJECT.iam.gserviceaccount.com");
    }
  }

  /** The request with the identity that these options, or the build itself, ask for. */
  Optional<BuildIdentity> of(Shell shell, Build build, InstantSource clock) {
    if (identity == Choice.off) {
      return Optional.empty();
    }
    Optional<Path> file = Optional.ofNullable(credentials).map(shell::path);
    Credentials chosen = new Credentials(file, Optional.ofNullable(account), shell.env());
    DockerLogins logins = DockerLogins.of(shell.env());
    BuildIdentity.Known known = new BuildIdentity.Known(logins, logins::hosts);
    return Optional.of(new BuildIdentity(build, chosen, known, clock));
  }
}
