package dev.groundbuild.runner.source;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;

/**
 * Visits what is in a folder, minus what the rules leave out, parents first and names in order. An
 * ignored folder is not entered, nor is {@value #OWN} at the top; a symbolic link is not followed.
 * Each file is looked at once.
 */
final class FolderWalk {
  private static final String ATTRIBUTES = "unix:mode,uid,gid,size,lastModifiedTime";

  private final IgnoreRules rules;
  private final Visitor visitor;

  FolderWalk(IgnoreRules rules, Visitor visitor) {
    this.rules = rules;
    this.visitor = visitor;
  }

  /** What an entry is. */
  enum Type {
    FOLDER,
    FILE,
    LINK,
    /** A socket, pipe or device. */
    OTHER
  }

  /**
   * @param path relative to the folder, as text for people
   * @param tarName the same, in bytes, see {@link TarNames}
   * @param file where it is
   */
  record Entry(String path, String tarName, Path file, Type type, long size, TarOut.Meta meta) {}

  /** Gets what is found. */
  interface Visitor {
    void entry(Entry entry) throws IOException;

    /** A folder or file that could not be looked at. */
    void failed(String path, IOException why);

    /** Something that the rules leave out. */
    void ignored(String path);
  }

  /** The folder at the top that holds what is for Groundbuild on this machine, such as secrets. */
  static final String OWN = ".groundbuild";

  void walk(Path folder) throws IOException {
    children(folder, "", "");
  }

  /** The attributes of one path, which may be a link. */
  static Entry look(Path file, String path, String tarName) throws IOException {
    Map<String, Object> found = Files.readAttributes(file, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    int mode = number(found, "mode").intValue();
    FileTime modified = (FileTime) Objects.requireNonNull(found.get("lastModifiedTime"));
    TarOut.Meta meta =
        new TarOut.Meta(
            mode & 07777,
            Integer.toUnsignedLong(number(found, "uid").intValue()),
            Integer.toUnsignedLong(number(found, "gid").intValue()),
            modified);
    return new Entry(path, tarName, file, type(mode), number(found, "size").longValue(), meta);
  }

  private void children(Path folder, String path, String tarName) throws IOException {
    for (Path child : namesIn(folder, path)) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("cancelled");
      }
      String prefix = path.isEmpty() ? "" : path + "/";
      String tarPrefix = tarName.isEmpty() ? "" : tarName + "/";
      visit(child, prefix + child.getFileName(), tarPrefix + TarNames.of(child));
    }
  }

  private void visit(Path child, String path, String tarName) throws IOException {
    if (path.equals(OWN)) {
      return; // whatever the rules say: it would be kept with the build's source
    }
    Entry entry;
    try {
      entry = look(child, path, tarName);
    } catch (NoSuchFileException e) {
      return; // removed since the folder was listed
    } catch (IOException e) {
      visitor.failed(path, e);
      return;
    }
    boolean folder = entry.type() == Type.FOLDER;
    if (rules.ignores(path, folder)) {
      visitor.ignored(folder ? path + "/" : path);
      return;
    }
    visitor.entry(entry);
    if (folder) {
      children(child, path, tarName);
    }
  }

  private List<Path> namesIn(Path folder, String path) {
    List<Path> names = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(names::add);
    } catch (DirectoryIteratorException e) {
      visitor.failed(path + "/", Objects.requireNonNull(e.getCause()));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of(); // removed since its parent was listed
    } catch (IOException e) {
      visitor.failed(path + "/", e);
    }
    Collections.sort(names);
    return names;
  }

  private static Type type(int mode) {
    return switch (mode & 0170000) {
      case 0040000 -> Type.FOLDER;
      case 0100000 -> Type.FILE;
      case 0120000 -> Type.LINK;
      default -> Type.OTHER;
    };
  }

  private static Number number(Map<String, Object> found, String name) {
    return (Number) Objects.requireNonNull(found.get(name));
  }
}
