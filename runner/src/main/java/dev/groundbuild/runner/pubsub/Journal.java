package dev.groundbuild.runner.pubsub;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The file of everything that has happened, in order. Each entry stands behind a mark, its length
 * and its checksum. Only the broker's thread uses it.
 *
 * <p>What {@link #write} has returned from survives the end of the process, however it ends; what
 * {@link #force} has returned from survives the end of the machine.
 */
final class Journal implements Closeable {
  /** No beginning of text, so that a search for it in a damaged file seldom stops in vain. */
  static final int MARK = 0x9DF0A7C5;

  static final int HEADER = 12;
  static final int LONGEST = 24 << 20;

  private static final int FULL = 1 << 20;

  private final FileChannel file;
  private byte[] buffer = new byte[1 << 16];
  private int buffered;
  private long written;
  private boolean forced = true;

  private Journal(FileChannel file, long written) {
    this.file = file;
    this.written = written;
  }

  /**
   * Goes on with a file.
   *
   * @param end where its last good entry ends; anything behind is cut off
   */
  static Journal open(Path path, long end) throws IOException {
    FileChannel file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (file.size() > end) {
      file.truncate(end);
    }
    file.position(end);
    return new Journal(file, end);
  }

  /** Where the next entry will begin. */
  long size() {
    return written + buffered;
  }

  /** Adds an entry, and says where its bytes end. */
  long append(Entry entry) throws IOException {
    byte[] bytes = entry.bytes();
    if (buffered + HEADER + bytes.length > buffer.length) {
      if (buffered > FULL) {
        write();
      }
      int needed = buffered + HEADER + bytes.length;
      if (needed > buffer.length) {
        buffer = Arrays.copyOf(buffer, Math.max(needed, buffer.length * 2));
      }
    }
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    ByteBuffer.wrap(buffer, buffered, HEADER)
        .putInt(MARK)
        .putInt(bytes.length)
        .putInt((int) sum.getValue());
    System.arraycopy(bytes, 0, buffer, buffered + HEADER, bytes.length);
    buffered += HEADER + bytes.length;
    return size();
  }

  /** Hands everything to the operating system. */
  void write() throws IOException {
    if (buffered == 0) {
      return;
    }
    ByteBuffer from = ByteBuffer.wrap(buffer, 0, buffered);
    while (from.hasRemaining()) {
      file.write(from);
    }
    written += buffered;
    buffered = 0;
    forced = false;
    if (buffer.length > 4 * FULL) {
      buffer = new byte[1 << 16];
    }
  }

  /** Waits until everything is on the disk. */
  void force() throws IOException {
    write();
    if (!forced) {
      file.force(false);
      forced = true;
    }
  }

  byte[] read(long offset, int length) throws IOException {
    if (offset + length > written) {
      write();
    }
    ByteBuffer to = ByteBuffer.allocate(length);
    while (to.hasRemaining()) {
      if (file.read(to, offset + to.position()) < 0) {
        throw new EOFException("the journal ends before a message that is in it");
      }
    }
    return to.array();
  }

  /** Takes the place of another file, in one move. */
  void moveTo(Path from, Path to) throws IOException {
    force();
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel folder =
        FileChannel.open(to.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    try (file) {
      force();
    }
  }
}
