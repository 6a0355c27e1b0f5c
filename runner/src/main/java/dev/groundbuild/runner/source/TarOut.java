package dev.groundbuild.runner.source;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes the tar that becomes /workspace. Names are those of {@link TarNames}. */
final class TarOut {
  /** Every folder of a workspace, so that steps of any user can write. */
  private static final int WRITABLE = 0777;

  private static final int BUFFER = 1 << 20;

  private final BufferedOutputStream buffered;
  private final TarArchiveOutputStream tar;
  private final byte[] buffer = new byte[BUFFER];
  private long files;
  private long bytes;

  TarOut(OutputStream out) {
    buffered = new BufferedOutputStream(out, BUFFER);
    tar = new TarArchiveOutputStream(buffered, 10240, "ISO-8859-1");
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
  }

  /**
   * @param mode permission bits, with setuid, setgid and sticky
   */
  record Meta(int mode, long uid, long gid, FileTime modified) {}

  /** The workspace itself; written first. Cloud Build: it is root's. */
  void root(FileTime modified) throws IOException {
    put(new TarArchiveEntry("./", TarConstants.LF_DIR), new Meta(WRITABLE, 0, 0, modified));
    tar.closeArchiveEntry();
  }

  /** Mode 0777 and whatever else it has. */
  void folder(String name, Meta meta) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name + "/", TarConstants.LF_DIR);
    put(entry, new Meta(meta.mode | WRITABLE, meta.uid, meta.gid, meta.modified));
    tar.closeArchiveEntry();
  }

  void link(String name, String target, Meta meta) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
    entry.setLinkName(target);
    put(entry, meta);
    tar.closeArchiveEntry();
  }

  /** Another name of a file that was written before. */
  void hardLink(String name, String target, Meta meta) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_LINK);
    entry.setLinkName(target);
    put(entry, meta);
    tar.closeArchiveEntry();
  }

  /**
   * Exactly {@code size} bytes: what is longer is cut, what is shorter is filled with zeros.
   *
   * @return how many bytes were missing
   * @throws ReadFailed if the content broke off; the entry is whole all the same
   */
  long file(String name, long size, InputStream content, Meta meta) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL);
    entry.setSize(size);
    put(entry, meta);
    long left = size;
    IOException failure = null;
    while (left > 0 && failure == null) {
      int n = -1;
      try {
        n = content.read(buffer, 0, (int) Math.min(left, buffer.length));
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (IOException e) {
        failure = e;
      }
      if (n < 0) {
        break;
      }
      tar.write(buffer, 0, n);
      left -= n;
    }
    zeros(left);
    tar.closeArchiveEntry();
    files++;
    bytes += size;
    if (failure != null) {
      throw new ReadFailed(failure);
    }
    return left;
  }

  /** The content of a file, not the tar, is at fault. */
  static final class ReadFailed extends IOException {
    private static final long serialVersionUID = 1L;
    private final IOException why;

    ReadFailed(IOException why) {
      super(why);
      this.why = why;
    }

    IOException why() {
      return why;
    }
  }

  private void zeros(long count) throws IOException {
    if (count > 0) {
      Arrays.fill(buffer, (byte) 0);
    }
    for (long left = count; left > 0; left -= buffer.length) {
      tar.write(buffer, 0, (int) Math.min(left, buffer.length));
    }
  }

  long files() {
    return files;
  }

  /** Of all files' contents. */
  long bytes() {
    return bytes;
  }

  /** Writes the end mark; without it a reader can tell that the tar broke off. */
  void finish() throws IOException {
    tar.finish();
    buffered.flush();
  }

  private void put(TarArchiveEntry entry, Meta meta) throws IOException {
    entry.setMode(meta.mode & 07777);
    entry.setUserId(meta.uid);
    entry.setGroupId(meta.gid);
    entry.setLastModifiedTime(meta.modified);
    tar.putArchiveEntry(entry);
  }
}
