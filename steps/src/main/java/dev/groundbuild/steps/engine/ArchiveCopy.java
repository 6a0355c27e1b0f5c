package dev.groundbuild.steps.engine;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Predicate;

/** Copies an archive of any size as it is, but for some of its entries. */
public final class ArchiveCopy {
  private static final int PIECE = 64 * 1024;

  private final InputStream from;
  private final OutputStream to;
  private final byte[] piece = new byte[PIECE];

  private ArchiveCopy(InputStream from, OutputStream to) {
    this.from = from;
    this.to = to;
  }

  /**
   * Copies to the end.
   *
   * @param leftOut is asked with the name of each entry, as it stands in the archive; of a long one
   *     at least the beginning
   */
  public static void copy(InputStream from, OutputStream to, Predicate<String> leftOut)
      throws IOException {
    new ArchiveCopy(from, to).copy(leftOut);
  }

  private void copy(Predicate<String> leftOut) throws IOException {
    // What stands before an entry and is about it goes where the entry goes.
    ByteArrayOutputStream before = new ByteArrayOutputStream();
    long sizeSaid = -1;
    for (byte[] header = header(); header.length > 0; header = header()) {
      long size = sizeSaid < 0 ? FileArchive.size(header) : sizeSaid;
      long whole = size + FileArchive.padding(size);
      if (FileArchive.isAboutTheNext(header)) {
        byte[] said = from.readNBytes((int) Math.min(whole, Integer.MAX_VALUE));
        sizeSaid = FileArchive.isExtended(header) ? FileArchive.sizeIn(said, -1) : sizeSaid;
        before.writeBytes(header);
        before.writeBytes(said);
      } else if (leftOut.test(FileArchive.name(header))) {
        from.skipNBytes(whole);
        before.reset();
        sizeSaid = -1;
      } else {
        before.writeTo(to);
        before.reset();
        sizeSaid = -1;
        to.write(header);
        pass(whole);
      }
    }
    from.transferTo(to);
  }

  /** Empty at the end, whose mark has been copied. */
  private byte[] header() throws IOException {
    byte[] header = from.readNBytes(FileArchive.BLOCK);
    if (header.length == FileArchive.BLOCK && header[0] != 0) {
      return header;
    }
    to.write(header);
    return new byte[0];
  }

  private void pass(long bytes) throws IOException {
    for (long left = bytes; left > 0; ) {
      int count = from.read(piece, 0, (int) Math.min(left, PIECE));
      if (count < 0) {
        throw new EOFException("the archive ends within a file");
      }
      to.write(piece, 0, count);
      left -= count;
    }
  }
}
