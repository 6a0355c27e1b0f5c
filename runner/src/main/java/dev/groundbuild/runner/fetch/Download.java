package dev.groundbuild.runner.fetch;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to get, and where to put it.
 *
 * @param destination the file; folders above it are made
 * @param checksum without one, a file that is there is kept as it is
 * @param mode without one, what the user's umask gives
 * @param force whether it is fetched although it is there
 */
public record Download(
    WebAddress url,
    Path destination,
    Optional<Checksum> checksum,
    Optional<FileMode> mode,
    boolean force) {

  public Download(WebAddress url, Path destination, @Nullable Checksum checksum) {
    this(url, destination, Optional.ofNullable(checksum), Optional.empty(), false);
  }

  public Download withMode(FileMode wanted) {
    return new Download(url, destination, checksum, Optional.of(wanted), force);
  }

  public Download withForce() {
    return new Download(url, destination, checksum, mode, true);
  }
}
