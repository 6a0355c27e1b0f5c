package dev.groundbuild.runner.secret;

import dev.groundbuild.runner.SecretException;
import dev.groundbuild.runner.config.Problem;
import dev.groundbuild.runner.config.SecretListFile;
import dev.groundbuild.runner.source.GitTracking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Secrets in a file on this machine, which nobody else may read. */
public final class ListedSecrets implements SecretProvider {
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private final Path file;
  private final String shown;
  private final SecretListFile.Listed listed;

  private ListedSecrets(Path file, String shown, SecretListFile.Listed listed) {
    this.file = file;
    this.shown = shown;
    this.listed = listed;
  }

  /**
   * Reads the file.
   *
   * @param shown what to call it
   * @throws SecretException when it must not be used, or can't
   */
  public static ListedSecrets read(Path file, String shown) {
    refuseOthers(file, shown);
    if (GitTracking.isTracked(file)) {
      throw new SecretException(
          shown
              + " is tracked by git, so its secrets are no longer secret: git rm --cached "
              + quoted(shown)
              + " && echo "
              + quoted("/" + file.getFileName())
              + " >> "
              + quoted(beside(shown, ".gitignore"))
              + ", then put new values into it");
    }
    try {
      SecretListFile.Listed listed = SecretListFile.read(shown, Files.readAllBytes(file));
      if (!listed.problems().isEmpty()) {
        throw new SecretException(
            listed.problems().stream().map(Problem::toString).collect(Collectors.joining("; ")));
      }
      return new ListedSecrets(file, shown, listed);
    } catch (IOException e) {
      throw new SecretException(shown + " can't be read: " + GivenSecrets.reason(e), e);
    }
  }

  private static void refuseOthers(Path file, String shown) {
    try {
      Set<PosixFilePermission> granted = Files.getPosixFilePermissions(file);
      if (granted.stream().anyMatch(OTHERS::contains)) {
        throw new SecretException(
            shown + " holds secrets, and others may read it: chmod 600 " + quoted(shown));
      }
    } catch (UnsupportedOperationException _) {
      // A file system without such rights.
    } catch (IOException e) {
      throw new SecretException(shown + " can't be read: " + GivenSecrets.reason(e), e);
    }
  }

  private static String beside(String shown, String name) {
    return shown.substring(0, shown.lastIndexOf('/') + 1) + name;
  }

  /** A word for a shell. */
  static String quoted(String word) {
    return word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  @Override
  public Optional<FoundSecret> find(WantedSecret secret) {
    for (String name : secret.names()) {
      SecretListFile.@Nullable Entry entry = listed.entries().get(name);
      if (entry != null) {
        return Optional.of(found(secret, entry));
      }
    }
    return Optional.empty();
  }

  private FoundSecret found(WantedSecret secret, SecretListFile.Entry entry) {
    if (entry.file().isEmpty()) {
      return new FoundSecret(entry.value(), entry.position().toString());
    }
    Path at = file.resolveSibling(expanded(entry.file().get()));
    return new FoundSecret(GivenSecrets.read(secret, at), at + " (" + entry.position() + ")");
  }

  private static String expanded(String path) {
    return path.startsWith("~/") ? System.getProperty("user.home") + path.substring(1) : path;
  }

  @Override
  public String toString() {
    return shown;
  }
}
