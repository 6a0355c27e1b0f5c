package dev.groundbuild.runner.source;

import dev.groundbuild.runner.SourceException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;

/**
 * Sends an archive as a tar, after a look at every entry: none may lie outside the workspace, by
 * its name or by way of a link. A link itself may point anywhere, as in a folder; nothing may be
 * written through it. Used once.
 */
final class ArchiveTar implements ArchiveItems.Visitor {
  private static final int FILES_PER_UPDATE = 250;
  private static final int LARGEST_CONFIG = 16 << 20;

  private final Path archive;
  private final TarOut tar;
  private final SourceProgress progress;
  private final Set<String> folders = new HashSet<>();
  private final Set<String> links = new HashSet<>();

  private ArchiveTar(Path archive, TarOut tar, SourceProgress progress) {
    this.archive = archive;
    this.tar = tar;
    this.progress = progress;
  }

  static void write(Path archive, OutputStream out, SourceProgress progress) throws IOException {
    write(archive, ArchiveItems.Limit.USUAL, out, progress);
  }

  static void write(
      Path archive, ArchiveItems.Limit limit, OutputStream out, SourceProgress progress)
      throws IOException {
    ArchiveTar writer = new ArchiveTar(archive, new TarOut(out), progress);
    writer.tar.root(Files.getLastModifiedTime(archive));
    ArchiveItems.each(archive, limit, writer);
    writer.tar.finish();
    progress.update(writer.state());
  }

  /** One small file of an archive, or empty. */
  static Optional<byte[]> file(Path archive, String path) throws IOException {
    String wanted = TarNames.ofText(path);
    List<byte[]> found = new ArrayList<>();
    ArchiveItems.each(
        archive,
        ArchiveItems.Limit.USUAL,
        item -> {
          boolean it =
              item.type() == ArchiveItems.Type.FILE
                  && String.join("/", segments(archive, item.name())).equals(wanted);
          if (it) {
            found.add(item.content().readNBytes(LARGEST_CONFIG));
          }
          return !it;
        });
    return found.stream().findFirst();
  }

  @Override
  public boolean item(ArchiveItems.Item item) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("cancelled");
    }
    List<String> segments = segments(archive, item.name());
    if (segments.isEmpty()) {
      return true; // the top folder, which is written already
    }
    parents(segments, item);
    String name = String.join("/", segments);
    links.remove(name);
    switch (item.type()) {
      case FOLDER -> {
        folders.add(name);
        tar.folder(name, item.meta());
      }
      case LINK -> {
        folders.remove(name);
        links.add(name);
        tar.link(name, item.target(), item.meta());
      }
      case HARD_LINK -> tar.hardLink(name, hardTarget(item), item.meta());
      case FILE -> file(name, item);
      case OTHER ->
          progress.note(
              archive + ": " + TarNames.shown(name) + " is left out, it is a pipe or device");
    }
    if (tar.files() % FILES_PER_UPDATE == 0) {
      progress.update(state());
    }
    return true;
  }

  private void file(String name, ArchiveItems.Item item) throws IOException {
    long missing = tar.file(name, item.size(), item.content(), item.meta());
    if (missing != 0) {
      throw SourceException.usage(
          archive + ": the archive is damaged: \"" + TarNames.shown(name) + "\" is too short");
    }
  }

  /** Refuses a way through a link, and writes folders that the archive only implies. */
  private void parents(List<String> segments, ArchiveItems.Item item) throws IOException {
    for (int i = 1; i < segments.size(); i++) {
      String parent = String.join("/", segments.subList(0, i));
      refuseLink(parent, item.name());
      if (folders.add(parent)) {
        tar.folder(parent, new TarOut.Meta(0777, 0, 0, item.meta().modified()));
      }
    }
  }

  private String hardTarget(ArchiveItems.Item item) {
    List<String> target = segments(archive, item.target());
    for (int i = 1; i <= target.size(); i++) {
      refuseLink(String.join("/", target.subList(0, i)), item.name());
    }
    return String.join("/", target);
  }

  private void refuseLink(String path, String name) {
    if (links.contains(path)) {
      throw SourceException.usage(
          archive
              + ": refused: \""
              + TarNames.shown(name)
              + "\" goes through \""
              + TarNames.shown(path)
              + "\", which is a symbolic link in the same archive");
    }
  }

  /** The parts of a relative path, without dots. */
  private static List<String> segments(Path archive, String name) {
    List<String> segments = new ArrayList<>();
    for (String part : name.split("/", -1)) {
      if (part.equals("..") || part.indexOf('\0') >= 0) {
        throw outside(archive, name);
      }
      if (!part.isEmpty() && !part.equals(".")) {
        segments.add(part);
      }
    }
    if (name.startsWith("/")) {
      throw outside(archive, name);
    }
    return segments;
  }

  private static SourceException outside(Path archive, String name) {
    return SourceException.usage(
        archive
            + ": refused: the name \""
            + TarNames.shown(name)
            + "\" in it leads out of the workspace");
  }

  private String state() {
    return "Sending source: " + tar.files() + " files, " + (tar.bytes() >> 20) + " MiB";
  }
}
