package dev.groundbuild.runner.source;

import dev.groundbuild.runner.SourceException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Collections;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The entries of an archive, one after the other, as they are: nothing is checked here but that the
 * archive is whole and does not grow beyond its limit. The format is told by the first bytes.
 */
final class ArchiveItems {
  private static final int BUFFER = 1 << 16;
  private static final int LONGEST_LINK = 4096;

  private final Path archive;
  private final Limit limit;
  private final Visitor visitor;
  private long unpacked;

  private ArchiveItems(Path archive, Limit limit, Visitor visitor) {
    this.archive = archive;
    this.limit = limit;
    this.visitor = visitor;
  }

  /**
   * How large an archive may become: {@code free} bytes, or {@code ratio} times its own size,
   * whichever is more.
   */
  record Limit(long free, int ratio) {
    /** 1 GiB always; above that, no more than a hundredfold, which real files stay far below. */
    static final Limit USUAL = new Limit(1L << 30, 100);
  }

  /** What an entry is. */
  enum Type {
    FOLDER,
    FILE,
    LINK,
    HARD_LINK,
    OTHER
  }

  /**
   * @param name as the archive has it, in bytes, see {@link TarNames}
   * @param target of a link; empty for everything else
   * @param content of a file; empty for everything else
   */
  record Item(
      Type type, String name, String target, long size, InputStream content, TarOut.Meta meta) {}

  /** Takes entries until it has had enough. */
  interface Visitor {
    /** Whether to go on. */
    boolean item(Item item) throws IOException;
  }

  static void each(Path archive, Limit limit, Visitor visitor) throws IOException {
    ArchiveItems items = new ArchiveItems(archive, limit, visitor);
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), BUFFER)) {
      file.mark(4);
      byte[] magic = file.readNBytes(4);
      file.reset();
      if (startsWith(magic, 0x1f, 0x8b)) {
        items.tar(new GZIPInputStream(file, BUFFER));
      } else if (startsWith(magic, 'P', 'K')) {
        items.zip();
      } else if (archive.toString().endsWith(".tar")) {
        items.tar(file);
      } else {
        throw SourceException.usage(
            archive + ": is neither a gzip-compressed tar nor a zip, whatever its name says");
      }
    } catch (TarOut.ReadFailed e) {
      throw items.damaged(e.why());
    }
  }

  private void tar(InputStream plain) throws IOException {
    InputStream counted = new Counted(plain);
    try (TarArchiveInputStream tar = new TarArchiveInputStream(counted, "UTF-8")) {
      TarArchiveEntry entry = next(tar);
      while (entry != null) {
        if (!visitor.item(item(entry, tar))) {
          return;
        }
        entry = next(tar);
      }
      rest(counted);
    }
  }

  private @Nullable TarArchiveEntry next(TarArchiveInputStream tar) throws IOException {
    try {
      return tar.getNextEntry();
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(e);
    }
  }

  /** To the very end, where gzip keeps its checksum. */
  private void rest(InputStream in) {
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  private Item item(TarArchiveEntry entry, InputStream content) {
    TarOut.Meta meta =
        new TarOut.Meta(
            entry.getMode() & 07777,
            entry.getLongUserId(),
            entry.getLongGroupId(),
            entry.getLastModifiedTime());
    return new Item(
        type(entry),
        utf8(entry.getName()),
        utf8(entry.getLinkName()),
        entry.isSparse() ? entry.getRealSize() : entry.getSize(),
        content,
        meta);
  }

  private static Type type(TarArchiveEntry entry) {
    if (entry.isDirectory()) {
      return Type.FOLDER;
    }
    if (entry.isSymbolicLink()) {
      return Type.LINK;
    }
    if (entry.isLink()) {
      return Type.HARD_LINK;
    }
    // The library calls a device a file too.
    return isDevice(entry) || !entry.isFile() ? Type.OTHER : Type.FILE;
  }

  static boolean isDevice(TarArchiveEntry entry) {
    return entry.isFIFO() || entry.isCharacterDevice() || entry.isBlockDevice();
  }

  private String utf8(String name) {
    if (name.indexOf('\uFFFD') >= 0) {
      throw SourceException.usage(
          archive
              + ": the name \""
              + name
              + "\" in it is not UTF-8; unpack the archive yourself and give the folder");
    }
    return TarNames.ofText(name);
  }

  private void zip() throws IOException {
    try (ZipFile zip = openZip()) {
      for (ZipArchiveEntry entry : Collections.list(zip.getEntriesInPhysicalOrder())) {
        if (!zipEntry(zip, entry)) {
          return;
        }
      }
    }
  }

  private ZipFile openZip() {
    try {
      return ZipFile.builder().setPath(archive).get();
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(e);
    }
  }

  private boolean zipEntry(ZipFile zip, ZipArchiveEntry entry) throws IOException {
    if (!zip.canReadEntryData(entry)) {
      throw SourceException.usage(
          archive
              + ": \""
              + entry.getName()
              + "\" in it is encrypted or compressed in a way that is not supported");
    }
    CRC32 sum = new CRC32();
    try (InputStream content =
        new CheckedInputStream(new Counted(zip.getInputStream(entry)), sum)) {
      boolean link = entry.isUnixSymlink();
      Type type = entry.isDirectory() ? Type.FOLDER : link ? Type.LINK : Type.FILE;
      String target = link ? latin1(content.readNBytes(LONGEST_LINK)) : "";
      Item item =
          new Item(type, zipName(entry), target, entry.getSize(), content, zipMeta(entry, type));
      boolean more = visitor.item(item);
      if (more && type != Type.FOLDER) {
        rest(content);
        if (sum.getValue() != entry.getCrc()) {
          throw damaged(new IOException("the checksum of \"" + entry.getName() + "\" is wrong"));
        }
      }
      return more;
    }
  }

  private static TarOut.Meta zipMeta(ZipArchiveEntry entry, Type type) {
    int mode = entry.getUnixMode() & 07777;
    int usual = type == Type.FOLDER ? 0777 : 0644;
    FileTime modified = entry.getLastModifiedTime();
    return new TarOut.Meta(
        mode == 0 ? usual : mode, 0, 0, modified == null ? FileTime.from(Instant.EPOCH) : modified);
  }

  private static String zipName(ZipArchiveEntry entry) {
    String name = entry.getName();
    return name.indexOf('\uFFFD') < 0 ? TarNames.ofText(name) : latin1(entry.getRawName());
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static boolean startsWith(byte[] bytes, int first, int second) {
    return bytes.length >= 2 && (bytes[0] & 0xff) == first && (bytes[1] & 0xff) == second;
  }

  private SourceException damaged(Exception why) {
    String reason = why instanceof IOException e ? Failures.reason(e) : "a field has no sense";
    return new SourceException(
        SourceException.Kind.USAGE, archive + ": the archive is damaged: " + reason, why);
  }

  /** Counts what comes out, over all entries. */
  private final class Counted extends InputStream {
    private final InputStream in;

    Counted(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      int b = in.read();
      count(b < 0 ? 0 : 1);
      return b;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int n = in.read(into, offset, length);
      count(Math.max(n, 0));
      return n;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }

    private void count(int n) throws IOException {
      unpacked += n;
      if (unpacked > limit.free() && unpacked > limit.ratio() * Files.size(archive)) {
        throw SourceException.usage(
            archive
                + ": unpacks to more than "
                + limit.ratio()
                + " times its size, which real sources do not; if it is right, unpack it yourself"
                + " and give the folder");
      }
    }
  }
}
