package dev.groundbuild.runner.source;

import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a copy of what is read from a source, on the reader's thread; not compressed, which would
 * take more time than the sending itself. The copy appears when the source was read to its end; one
 * that is larger than the limit, or can't be written, is dropped, and reading goes on.
 */
public final class SourceSnapshot extends FilterInputStream {
  /** Of the tar; what is larger would slow the build down, and fill the disk. */
  public static final long MOST_BYTES = 64L << 20;

  private static final int BUFFER = 1 << 16;
  private static final FileAttribute<?> FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path file;
  private final Path coming;
  private final long most;
  private @Nullable OutputStream copy;
  private long bytes;
  private boolean whole;

  private SourceSnapshot(InputStream in, Path file, long most) {
    super(in);
    this.file = file;
    this.coming = file.resolveSibling(file.getFileName() + ".tmp");
    this.most = most;
    try {
      Files.createFile(coming, FILE);
      copy = new FileOutputStream(coming.toFile());
    } catch (IOException e) {
      drop();
    }
  }

  /**
   * @param file the copy, which must not exist; {@link #open} reads it
   */
  public static InputStream keeping(InputStream tar, Path file) {
    return keeping(tar, file, MOST_BYTES);
  }

  static InputStream keeping(InputStream tar, Path file, long most) {
    return new SourceSnapshot(tar, file, most);
  }

  /** The tar that a copy was made of. */
  public static InputStream open(Path file) throws IOException {
    return new BufferedInputStream(new FileInputStream(file.toFile()), BUFFER);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int count) throws IOException {
    int n = super.read(into, offset, count);
    if (n < 0) {
      whole = true;
    } else {
      add(into, offset, n);
    }
    return n;
  }

  private void add(byte[] from, int offset, int count) {
    bytes += count;
    if (copy == null) {
      return;
    }
    if (bytes > most) {
      drop();
      return;
    }
    try {
      copy.write(from, offset, count);
    } catch (IOException e) {
      drop();
    }
  }

  private void drop() {
    OutputStream unfinished = copy;
    copy = null;
    try {
      Files.deleteIfExists(coming);
      if (unfinished != null) {
        unfinished.close();
      }
    } catch (IOException e) {
      // Whoever prunes the build's folder removes it.
    }
  }

  @Override
  public void close() throws IOException {
    super.close();
    OutputStream done = copy;
    if (done == null) {
      return;
    }
    if (!whole) {
      drop();
      return;
    }
    try {
      copy = null;
      done.close();
      Files.move(coming, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      drop();
    }
  }
}
