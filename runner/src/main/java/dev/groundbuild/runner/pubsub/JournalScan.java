package dev.groundbuild.runner.pubsub;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Reads a journal from its beginning. Whatever stands there, this comes to an end and gives every
 * entry that is whole.
 *
 * @param end where the last whole entry ends; behind it is at most a torn one
 * @param damaged how many places hold no whole entry, but for a torn one at the end
 */
record JournalScan(long end, int damaged) {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  interface Reader {
    /**
     * An entry.
     *
     * @param end where its bytes end in the file
     */
    void entry(Entry entry, long end);
  }

  static JournalScan of(Path path, Reader reader) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        Arena arena = Arena.ofConfined()) {
      return scan(file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), arena), reader);
    } catch (NoSuchFileException e) {
      return new JournalScan(0, 0);
    }
  }

  private static JournalScan scan(MemorySegment file, Reader reader) {
    long at = 0;
    long end = 0;
    int damaged = 0;
    while (at + Journal.HEADER <= file.byteSize()) {
      int length = wholeAt(file, at);
      long after = at + Journal.HEADER + length;
      if (length < 0 || !read(file, at, length, reader)) {
        at++;
        continue;
      }
      if (at != end) {
        damaged++;
      }
      at = after;
      end = after;
    }
    return new JournalScan(end, damaged + (isTorn(file, end) ? 0 : 1));
  }

  /** Whether what follows the last whole entry is none, or one that was not written to its end. */
  private static boolean isTorn(MemorySegment file, long end) {
    long left = file.byteSize() - end;
    if (left < Journal.HEADER) {
      return true;
    }
    int length = file.get(INT, end + 4);
    if (file.get(INT, end) == Journal.MARK && length > 0 && length <= Journal.LONGEST) {
      return length > left - Journal.HEADER;
    }
    // A file may have got its length in a power cut, and not its bytes.
    for (long at = end; at < file.byteSize(); at++) {
      if (file.get(ValueLayout.JAVA_BYTE, at) != 0) {
        return false;
      }
    }
    return true;
  }

  /** The length of the entry that begins there, or -1. */
  private static int wholeAt(MemorySegment file, long at) {
    if (file.get(INT, at) != Journal.MARK) {
      return -1;
    }
    int length = file.get(INT, at + 4);
    if (length <= 0 || length > Journal.LONGEST || length > file.byteSize() - at - Journal.HEADER) {
      return -1;
    }
    CRC32C sum = new CRC32C();
    sum.update(file.asSlice(at + Journal.HEADER, length).asByteBuffer());
    return (int) sum.getValue() == file.get(INT, at + 8) ? length : -1;
  }

  private static boolean read(MemorySegment file, long at, int length, Reader reader) {
    try {
      byte[] bytes = file.asSlice(at + Journal.HEADER, length).toArray(ValueLayout.JAVA_BYTE);
      reader.entry(Entry.parse(bytes), at + Journal.HEADER + length);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Keeps a copy of a damaged file, for whoever wants to look. */
  static Path copy(Path path, long stamp) throws IOException {
    Path copy = path.resolveSibling(path.getFileName() + ".damaged-" + stamp);
    Files.copy(path, copy);
    return copy;
  }
}
