package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.status.KeptBuild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The text of an overlay.
 *
 * @param name what to call it in problems
 */
record OverlayFile(String name, byte[] text) {
  private static Path file(KeptBuild kept) {
    return kept.folder().resolve(OverlayOptions.NAME);
  }

  /** Keeps it with the build that it lies over, which may be run again. */
  void keep(KeptBuild kept) throws IOException {
    Files.write(file(kept), text);
  }

  /** The overlay of a build of the history. */
  static Optional<OverlayFile> of(KeptBuild kept) throws IOException {
    Path file = file(kept);
    return Files.isRegularFile(file)
        ? Optional.of(new OverlayFile("the overlay of the build", Files.readAllBytes(file)))
        : Optional.empty();
  }
}
