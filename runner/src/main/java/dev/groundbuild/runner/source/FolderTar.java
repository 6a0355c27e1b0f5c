package dev.groundbuild.runner.source;

import dev.groundbuild.runner.SourceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/** Sends one folder as a tar. Used once. */
final class FolderTar implements FolderWalk.Visitor {
  private static final int NAMED_AT_MOST = 20;
  private static final int FILES_PER_UPDATE = 250;

  private final Path folder;
  private final Owner owner;
  private final TarOut tar;
  private final SourceProgress progress;
  private final List<String> unreadable = new ArrayList<>();
  private int left;

  private FolderTar(Path folder, Owner owner, TarOut tar, SourceProgress progress) {
    this.folder = folder;
    this.owner = owner;
    this.tar = tar;
    this.progress = progress;
  }

  /** Whose the files are in the workspace. */
  enum Owner {
    /**
     * As on disk, except that {@code .git} is root's: git refuses a repository of someone else's,
     * and steps run as root unless their image says otherwise.
     */
    AS_ON_DISK,
    /** Cloud Build: everything that it fetched is root's. */
    ROOT
  }

  /**
   * Returns when all is written.
   *
   * @throws SourceException naming every file that can't be read; the tar then has no end mark
   * @throws CancellationException when interrupted
   */
  static void write(
      Path folder, IgnoreRules rules, Owner owner, OutputStream out, SourceProgress progress)
      throws IOException {
    FolderTar writer = new FolderTar(folder, owner, new TarOut(out), progress);
    try {
      writer.tar.root(FolderWalk.look(folder.toRealPath(), "", "").meta().modified());
      new FolderWalk(rules, writer).walk(folder);
      writer.refuseUnreadable();
      writer.tar.finish();
    } catch (ClosedByInterruptException e) {
      Thread.currentThread().interrupt();
      throw (CancellationException) new CancellationException("cancelled").initCause(e);
    }
    writer.tellWhatIsLeftOut(rules);
  }

  @Override
  public void entry(FolderWalk.Entry entry) throws IOException {
    switch (entry.type()) {
      case FOLDER -> tar.folder(entry.tarName(), owned(entry));
      case LINK -> link(entry);
      case FILE -> file(entry);
      case OTHER -> progress.note(entry.path() + ": left out, it is a socket, pipe or device");
    }
    if (tar.files() % FILES_PER_UPDATE == 0) {
      progress.update(state());
    }
  }

  @Override
  public void failed(String path, IOException why) {
    unreadable.add(path + " (" + Failures.reason(why) + ")");
  }

  @Override
  public void ignored(String path) {
    left++;
  }

  private void link(FolderWalk.Entry entry) throws IOException {
    Path target;
    try {
      target = Files.readSymbolicLink(entry.file());
    } catch (NoSuchFileException e) {
      return; // removed since its folder was listed
    } catch (IOException e) {
      failed(entry.path(), e);
      return;
    }
    tar.link(entry.tarName(), TarNames.ofTarget(target), owned(entry));
  }

  private void file(FolderWalk.Entry entry) throws IOException {
    try (InputStream content = open(entry)) {
      long missing = tar.file(entry.tarName(), entry.size(), content, owned(entry));
      if (missing > 0) {
        progress.note(
            entry.path()
                + ": shrank while it was read; its last "
                + missing
                + " bytes are zeros in the workspace");
      }
    } catch (NoSuchFileException e) {
      progress.note(entry.path() + ": left out, it was removed while the source was read");
    } catch (TarOut.ReadFailed e) {
      failed(entry.path(), e.why());
    }
  }

  private static InputStream open(FolderWalk.Entry entry) throws IOException {
    try {
      return Files.newInputStream(entry.file(), LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException | ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      throw new TarOut.ReadFailed(e);
    }
  }

  private TarOut.Meta owned(FolderWalk.Entry entry) {
    TarOut.Meta meta = entry.meta();
    boolean root =
        owner == Owner.ROOT || entry.tarName().equals(".git") || entry.tarName().endsWith("/.git");
    return root ? new TarOut.Meta(meta.mode(), 0, 0, meta.modified()) : meta;
  }

  private void refuseUnreadable() {
    if (unreadable.isEmpty()) {
      return;
    }
    int more = unreadable.size() - NAMED_AT_MOST;
    throw SourceException.usage(
        folder
            + ": "
            + unreadable.size()
            + " of its files or folders can't be read: "
            + String.join(", ", unreadable.subList(0, Math.min(unreadable.size(), NAMED_AT_MOST)))
            + (more > 0 ? " and " + more + " more" : "")
            + "; change their permissions, or list them in .gcloudignore");
  }

  private void tellWhatIsLeftOut(IgnoreRules rules) {
    progress.update(state());
    if (left > 0) {
      String what = left == 1 ? "1 file or folder" : left + " files and folders";
      String hint =
          rules.areDefault() && Files.exists(folder.resolve(".git"))
              ? "; .git is among them: --no-ignore sends all"
              : "";
      progress.note(folder + ": left out " + what + " by " + rules.origin() + hint);
    }
  }

  private String state() {
    return "Sending source: " + tar.files() + " files, " + (tar.bytes() >> 20) + " MiB";
  }
}
