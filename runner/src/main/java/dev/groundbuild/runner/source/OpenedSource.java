package dev.groundbuild.runner.source;

import dev.groundbuild.runner.SourceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * A source that is at hand: found, or fetched into a temporary folder, which {@link #close}
 * removes. Failures are {@link SourceException}; an interrupt ends a call with {@link
 * CancellationException} and leaves the flag set.
 */
public final class OpenedSource implements AutoCloseable {
  private final BuildSource source;
  private final SourceProgress progress;
  private final @Nullable GitCheckout checkout;

  private OpenedSource(
      BuildSource source, SourceProgress progress, @Nullable GitCheckout checkout) {
    this.source = source;
    this.progress = progress;
    this.checkout = checkout;
  }

  /** Finds or fetches a source. */
  public static OpenedSource open(BuildSource source, SourceProgress progress) {
    GitCheckout checkout =
        switch (source) {
          case BuildSource.None _ -> null;
          case BuildSource.Folder(Path path, _) -> {
            if (!Files.isDirectory(path)) {
              throw SourceException.usage(path + ": no such folder");
            }
            yield null;
          }
          case BuildSource.Archive(Path file) -> {
            if (!Files.isRegularFile(file)) {
              throw SourceException.usage(file + ": no such file");
            }
            yield null;
          }
          case BuildSource.Git git -> GitFetch.fetch(git, progress);
        };
    return new OpenedSource(source, progress, checkout);
  }

  /** The source for a list of builds: a path, an address without its login, or nothing. */
  public String shown() {
    return switch (source) {
      case BuildSource.None _ -> "";
      case BuildSource.Folder(Path path, _) -> path.toAbsolutePath().normalize().toString();
      case BuildSource.Archive(Path file) -> file.toAbsolutePath().normalize().toString();
      case BuildSource.Git git when git.revision().isEmpty() -> git.url();
      case BuildSource.Git git -> git.url() + "#" + git.revision();
    };
  }

  /** Where the files are on this machine; empty for no source and for an archive. */
  public Optional<Path> folder() {
    return switch (source) {
      case BuildSource.None _, BuildSource.Archive _ -> Optional.empty();
      case BuildSource.Folder(Path path, _) -> Optional.of(path);
      case BuildSource.Git _ -> checkout().map(GitCheckout::folder);
    };
  }

  /** What was fetched from git; empty for every other source. */
  public Optional<GitCheckout> checkout() {
    return Optional.ofNullable(checkout);
  }

  /** Where to fetch the same again, as the user would write it; empty unless it is from git. */
  public Optional<String> gitAddress() {
    return source instanceof BuildSource.Git git
        ? checkout().map(found -> git.url() + "#" + found.commit())
        : Optional.empty();
  }

  /** Cloud Build: the folder, relative to /workspace, that a step's own dir is relative to. */
  public String dir() {
    return source instanceof BuildSource.Git git ? git.dir() : "";
  }

  /**
   * One file of the source, such as the build config; empty if it has none of that name.
   *
   * @param path relative, with slashes
   */
  public Optional<byte[]> file(String path) {
    try {
      if (source instanceof BuildSource.Archive(Path archive)) {
        return ArchiveTar.file(archive, path);
      }
      Optional<Path> folder = folder();
      if (folder.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(Files.readAllBytes(folder.get().resolve(path)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new SourceException(
          SourceException.Kind.FAILED, path + ": can't be read: " + Failures.reason(e), e);
    }
  }

  /**
   * The files as an uncompressed tar, to be unpacked in /workspace. It is made while it is read, by
   * a thread that {@link InputStream#close} ends; memory does not grow with the source. A read
   * fails with what the making of it fails with, such as {@link SourceException}.
   */
  public InputStream tar() {
    return new TarPipe(this::write);
  }

  /** Removes what was fetched. */
  @Override
  public void close() {
    if (checkout == null) {
      return;
    }
    try {
      FolderTree.remove(checkout.folder());
    } catch (IOException e) {
      progress.note(
          checkout.folder() + ": can't be removed: " + Failures.reason(e) + "; remove it yourself");
    }
  }

  private void write(OutputStream out) throws IOException {
    switch (source) {
      case BuildSource.None _ -> {
        TarOut tar = new TarOut(out);
        tar.root(FileTime.from(Instant.EPOCH));
        tar.finish();
      }
      case BuildSource.Folder(Path path, IgnoreChoice ignore) ->
          FolderTar.write(
              path, IgnoreRules.of(path, ignore), FolderTar.Owner.AS_ON_DISK, out, progress);
      case BuildSource.Archive(Path file) -> ArchiveTar.write(file, out, progress);
      case BuildSource.Git _ ->
          FolderTar.write(
              folder().orElseThrow(), IgnoreRules.NONE, FolderTar.Owner.ROOT, out, progress);
    }
  }
}
