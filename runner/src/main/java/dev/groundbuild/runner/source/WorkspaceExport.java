package dev.groundbuild.runner.source;

import dev.groundbuild.runner.SourceException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Writes a workspace into a folder of this machine, for {@code --write-workspace}. Used once.
 *
 * <p>The folder is made, with its parents, or filled if it exists: files of the same name are
 * replaced, others stay. Modes, times and links are kept, and numeric owners when we are root (else
 * the files are ours, without setuid and setgid); the folder itself keeps its own mode and owner.
 * Nothing is written outside it: names that lead out, and ways through a link, are refused.
 */
public final class WorkspaceExport {
  private static final int BUFFER = 1 << 20;
  private static final int FILES_PER_UPDATE = 250;

  private final Path target;
  private final boolean keepOwners;
  private final SourceProgress progress;
  // Finished when all is written, last first: writing into a folder changes its time.
  private final List<Folder> folders = new ArrayList<>();
  private final Set<Path> known = new HashSet<>();
  private final byte[] buffer = new byte[BUFFER];
  private long files;

  private WorkspaceExport(Path target, boolean keepOwners, SourceProgress progress) {
    this.target = target;
    this.keepOwners = keepOwners;
    this.progress = progress;
  }

  private record Folder(Path path, TarArchiveEntry entry) {}

  /**
   * @param tar as an engine's {@code copyOut("/workspace")} gives it: uncompressed, each name below
   *     one first folder, which is dropped; not closed here
   * @param target relative to the current folder, or absolute
   * @return how many files were written
   * @throws SourceException if anything could not be written; what was written until then stays
   * @throws CancellationException when interrupted
   */
  public static long write(InputStream tar, Path target, SourceProgress progress) {
    Path folder = target.toAbsolutePath().normalize();
    try {
      Files.createDirectories(folder);
      WorkspaceExport export = new WorkspaceExport(folder.toRealPath(), isRoot(folder), progress);
      export.unpack(tar);
      return export.files;
    } catch (IOException e) {
      throw new SourceException(
          SourceException.Kind.FAILED,
          folder + ": the workspace can't be written here: " + Failures.reason(e),
          e);
    }
  }

  /** Whose a new file is; this also tells at once that the folder can't be written. */
  private static boolean isRoot(Path folder) throws IOException {
    Path probe = Files.createTempFile(folder, ".groundbuild-", "");
    try {
      return ((Number) Files.getAttribute(probe, "unix:uid")).longValue() == 0;
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  private void unpack(InputStream stream) throws IOException {
    boolean any = false;
    TarArchiveInputStream tar =
        new TarArchiveInputStream(new BufferedInputStream(stream, BUFFER), "UTF-8");
    TarArchiveEntry entry = tar.getNextEntry();
    while (entry != null) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("cancelled");
      }
      any = true;
      write(entry, tar);
      entry = tar.getNextEntry();
    }
    if (!any) {
      throw new IOException("the engine sent nothing");
    }
    for (Folder folder : folders.reversed()) {
      attributes(folder.path, folder.entry);
    }
    progress.update(state());
  }

  private void write(TarArchiveEntry entry, InputStream content) throws IOException {
    List<String> segments = segments(entry.getName());
    if (segments.size() < 2) {
      return; // the workspace itself
    }
    Path path = parent(segments).resolve(toPath(segments.getLast()));
    if (entry.getName().indexOf('\uFFFD') >= 0) {
      progress.note(path + ": written under this name; its own is not UTF-8");
    }
    try {
      if (entry.isDirectory()) {
        folder(path, entry);
      } else if (entry.isSymbolicLink()) {
        makeRoom(path);
        Files.createSymbolicLink(path, toPath(entry.getLinkName()));
        attributes(path, entry);
      } else if (entry.isLink()) {
        hardLink(path, entry);
      } else if (entry.isFile() && !ArchiveItems.isDevice(entry)) {
        file(path, content);
        attributes(path, entry);
      } else {
        progress.note(path + ": left out, it is a pipe or device");
      }
    } catch (IOException e) {
      throw new SourceException(
          SourceException.Kind.FAILED, path + ": can't be written: " + Failures.reason(e), e);
    }
    if (++files % FILES_PER_UPDATE == 0) {
      progress.update(state());
    }
  }

  private void folder(Path path, TarArchiveEntry entry) throws IOException {
    makeFolder(path);
    folders.add(new Folder(path, entry));
    files--; // only what is in folders counts
  }

  private void file(Path path, InputStream content) throws IOException {
    makeRoom(path);
    try (OutputStream out =
        Files.newOutputStream(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS)) {
      int n = content.read(buffer);
      while (n >= 0) {
        out.write(buffer, 0, n);
        n = content.read(buffer);
      }
    }
  }

  private void hardLink(Path path, TarArchiveEntry entry) throws IOException {
    List<String> segments = segments(entry.getLinkName());
    if (segments.size() < 2) {
      throw refused(entry.getLinkName());
    }
    Path existing = parent(segments).resolve(toPath(segments.getLast()));
    if (!Files.isRegularFile(existing, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(entry.getLinkName());
    }
    makeRoom(path);
    Files.createLink(path, existing);
  }

  /** The folder that an entry is in; made if it is missing, refused if it is reached by a link. */
  private Path parent(List<String> segments) throws IOException {
    Path path = target;
    for (String segment : segments.subList(1, segments.size() - 1)) {
      path = path.resolve(toPath(segment));
      if (known.contains(path)) {
        continue;
      }
      if (Files.isSymbolicLink(path)) {
        throw new SourceException(
            SourceException.Kind.FAILED,
            path
                + ": is a symbolic link, and nothing is written through one; remove it, or name"
                + " another folder",
            null);
      }
      makeFolder(path);
    }
    return path;
  }

  private void makeFolder(Path path) throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(path);
      Files.createDirectory(path);
    }
    known.add(path);
  }

  /** Removes a file or link of that name; a folder is not removed. */
  private static void makeRoom(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("a folder of that name is there already");
    }
    Files.deleteIfExists(path);
  }

  private void attributes(Path path, TarArchiveEntry entry) throws IOException {
    int mode = entry.getMode() & 07777;
    if (keepOwners) {
      Files.setAttribute(path, "unix:uid", (int) entry.getLongUserId(), LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:gid", (int) entry.getLongGroupId(), LinkOption.NOFOLLOW_LINKS);
    } else {
      mode &= 01777;
    }
    if (!entry.isSymbolicLink()) {
      Files.setAttribute(path, "unix:mode", mode, LinkOption.NOFOLLOW_LINKS);
    }
    Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(entry.getLastModifiedTime(), null, null);
  }

  private static List<String> segments(String name) {
    List<String> segments = new ArrayList<>();
    for (String part : name.split("/", -1)) {
      if (part.equals("..") || part.indexOf('\0') >= 0) {
        throw refused(name);
      }
      if (!part.isEmpty() && !part.equals(".")) {
        segments.add(part);
      }
    }
    return segments;
  }

  private static SourceException refused(String name) {
    return new SourceException(
        SourceException.Kind.FAILED,
        "the workspace has the name \"" + name + "\", which leads out of it; it is refused",
        null);
  }

  private static Path toPath(String name) {
    return TarNames.toPath(TarNames.ofText(name));
  }

  private String state() {
    return "Writing workspace: " + files + " files";
  }
}
