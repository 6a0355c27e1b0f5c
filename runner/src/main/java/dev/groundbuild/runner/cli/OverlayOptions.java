package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that decide what lies over a build config. */
final class OverlayOptions {
  /** Beside the build config. */
  static final String NAME = "groundbuild.yaml";

  @Option(
      names = "--overlay",
      paramLabel = "FILE",
      description = {
        "Services, caches, retries and more that only exist here. Default: " + NAME + " beside the",
        "build config, if there is one."
      })
  private @Nullable String overlay;

  @Option(names = "--no-overlay", description = "Do without " + NAME + ".")
  private boolean none;

  /** The overlay that the user names; empty for none at all and for the usual one. */
  private Optional<OverlayFile> named(Shell shell) {
    if (overlay != null && none) {
      throw new UsageException("--overlay and --no-overlay exclude each other");
    }
    String file = overlay;
    if (file == null) {
      return Optional.empty();
    }
    Path path = shell.path(file);
    if (!Files.isRegularFile(path)) {
      throw new UsageException("--overlay: there is no file " + file);
    }
    return Optional.of(read(shell.shown(file), path));
  }

  /**
   * The overlay of a config.
   *
   * @param config the file or folder that the user gave for it
   */
  Optional<OverlayFile> beside(Shell shell, String config) {
    Optional<OverlayFile> named = named(shell);
    if (named.isPresent() || none || config.equals(ConfigFile.STDIN)) {
      return named;
    }
    Path given = shell.path(config);
    Path folder = Files.isDirectory(given) ? given : given.resolveSibling(".").normalize();
    Path file = folder.resolve(NAME);
    return Files.isRegularFile(file)
        ? Optional.of(read(shell.shown(shell.relative(file)), file))
        : Optional.empty();
  }

  /** The overlay of a build whose source is not a folder. */
  Optional<OverlayFile> in(Shell shell, SourceFile files) {
    Optional<OverlayFile> named = named(shell);
    return named.isPresent() || none
        ? named
        : files.read(NAME).map(text -> new OverlayFile(NAME, text));
  }

  /** Gives files by name. */
  @FunctionalInterface
  interface SourceFile {
    Optional<byte[]> read(String name);
  }

  private static OverlayFile read(String name, Path file) {
    try {
      return new OverlayFile(name, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UsageException(name + ": can't be read: " + e.getMessage());
    }
  }
}
