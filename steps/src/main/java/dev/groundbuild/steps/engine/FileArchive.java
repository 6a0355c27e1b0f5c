package dev.groundbuild.steps.engine;

import dev.groundbuild.steps.engine.ContainerSpec.ContainerFile;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tar archives of the few small files that go into a container, and of the one that comes out. */
public final class FileArchive {
  static final int BLOCK = 512;
  private static final int NAME_LENGTH = 100;
  private static final int MODE_AT = 100;
  private static final int MODE_LENGTH = 8;
  private static final int SIZE_AT = 124;
  private static final int SIZE_LENGTH = 12;
  private static final int CHECKSUM_AT = 148;
  private static final int TYPE_AT = 156;
  private static final int MAGIC_AT = 257;
  private static final int PREFIX_AT = 345;
  private static final int PREFIX_LENGTH = 155;
  private static final int MOST_SAID = 64 * 1024;
  private static final Pattern SIZE_SAID = Pattern.compile("(?:^|\n)\\d+ size=(\\d{1,18})\n");
  private static final byte[] NO_BYTES = {};

  private FileArchive() {}

  /**
   * An entry of an archive.
   *
   * @param mode permission bits
   * @param type as in the archive: {@code '0'} for a regular file, {@code '5'} for a folder
   * @param size of the whole content
   * @param content for a regular file, as far as it was wanted
   */
  public record Entry(String name, int mode, char type, long size, byte[] content) {
    public boolean isFile() {
      return type == '0' || type == 0;
    }

    public boolean isFolder() {
      return type == '5';
    }

    /** How many bytes follow in the archive until the next entry. */
    public long rest() {
      return size - content.length + padding(size);
    }
  }

  /**
   * An archive to be unpacked at the root of a container. Everything in it belongs to root; folders
   * on the way are left to the engine.
   *
   * @throws IllegalArgumentException for a path of more than 100 bytes
   */
  public static byte[] of(List<ContainerFile> files) {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    for (ContainerFile file : files) {
      byte[] content = file.content().orElse(NO_BYTES);
      tar.writeBytes(header(file, content.length));
      tar.writeBytes(content);
      tar.writeBytes(new byte[padding(content.length)]);
    }
    tar.writeBytes(new byte[2 * BLOCK]);
    return tar.toByteArray();
  }

  /**
   * The first entry of an archive, with at most {@code limit} bytes of content; empty when the
   * archive has none. What follows is left unread.
   */
  public static Optional<Entry> first(InputStream tar, int limit) throws IOException {
    return first(tar, name -> limit);
  }

  /**
   * The same.
   *
   * @param limit how much is wanted of the entry of a name
   */
  public static Optional<Entry> first(InputStream tar, ToIntFunction<String> limit)
      throws IOException {
    long sizeSaid = -1;
    while (true) {
      byte[] header = tar.readNBytes(BLOCK);
      if (header.length < BLOCK || header[0] == 0) {
        return Optional.empty();
      }
      char type = (char) header[TYPE_AT];
      long size = sizeSaid < 0 ? size(header) : sizeSaid;
      if (type == 'x') {
        sizeSaid = sizeIn(tar.readNBytes((int) Math.min(size, MOST_SAID)), sizeSaid);
        tar.skipNBytes(Math.max(0, size - MOST_SAID) + padding(size));
        continue;
      }
      if (type == 'g' || type == 'L' || type == 'K') {
        // Says more about the next entry, nothing that matters here.
        tar.skipNBytes(size + padding(size));
        continue;
      }
      String name = text(header, 0, NAME_LENGTH);
      int wanted = (int) Math.min(size, limit.applyAsInt(name));
      byte[] content = tar.readNBytes(wanted);
      if (content.length < wanted) {
        throw new EOFException("the archive ends within a file");
      }
      return Optional.of(new Entry(name, mode(header), type, size, content));
    }
  }

  /** A size that does not fit into the header stands before it, as {@code LENGTH size=NUMBER}. */
  static long sizeIn(byte[] records, long otherwise) {
    Matcher size = SIZE_SAID.matcher(new String(records, StandardCharsets.ISO_8859_1));
    return size.find() ? Long.parseLong(size.group(1)) : otherwise;
  }

  /** Every entry of an archive that fits in memory. */
  public static List<Entry> all(InputStream tar) throws IOException {
    List<Entry> entries = new ArrayList<>();
    Optional<Entry> entry = first(tar, Integer.MAX_VALUE);
    while (entry.isPresent()) {
      entries.add(entry.get());
      tar.skipNBytes(entry.get().rest());
      entry = first(tar, Integer.MAX_VALUE);
    }
    return entries;
  }

  /**
   * What stands before the bytes of a file that is too large for memory; they are followed by
   * {@link #padding}.
   */
  public static byte[] header(String name, long size) {
    return header(new ContainerFile(name, 0644, Optional.of(NO_BYTES)), size);
  }

  private static byte[] header(ContainerFile file, long size) {
    boolean folder = file.content().isEmpty();
    String path = file.path().replaceFirst("^/+", "") + (folder ? "/" : "");
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    if (name.length > NAME_LENGTH) {
      throw new IllegalArgumentException("path too long for a small archive: " + file.path());
    }
    byte[] header = new byte[BLOCK];
    System.arraycopy(name, 0, header, 0, name.length);
    put(header, MODE_AT, "%07o".formatted(file.mode()));
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, SIZE_AT, "%011o".formatted(size));
    put(header, 136, "00000000000");
    Arrays.fill(header, CHECKSUM_AT, TYPE_AT, (byte) ' ');
    header[TYPE_AT] = (byte) (folder ? '5' : '0');
    put(header, MAGIC_AT, "ustar\00000");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, CHECKSUM_AT, "%06o\0 ".formatted(sum));
    return header;
  }

  private static int mode(byte[] header) {
    String octal = text(header, MODE_AT, MODE_LENGTH).strip();
    return octal.isEmpty() ? 0 : Integer.parseInt(octal, 8) & 07777;
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  /** Sizes from 8 GiB on are in binary, marked by the first bit. */
  static long size(byte[] header) {
    if ((header[SIZE_AT] & 0x80) == 0) {
      String octal = text(header, SIZE_AT, SIZE_LENGTH).strip();
      return octal.isEmpty() ? 0 : Long.parseLong(octal, 8);
    }
    long size = header[SIZE_AT] & 0x7f;
    for (int i = SIZE_AT + 1; i < SIZE_AT + SIZE_LENGTH; i++) {
      size = (size << 8) | (header[i] & 0xff);
    }
    return size;
  }

  /** Whether an entry only says more about the one after it. */
  static boolean isAboutTheNext(byte[] header) {
    return "xgLK".indexOf(header[TYPE_AT]) >= 0;
  }

  /** Whether that is in the form that {@link #sizeIn} reads. */
  static boolean isExtended(byte[] header) {
    return header[TYPE_AT] == 'x';
  }

  /** As far as it fits into the header. */
  static String name(byte[] header) {
    String name = text(header, 0, NAME_LENGTH);
    boolean split = text(header, MAGIC_AT, 6).equals("ustar");
    String folder = split ? text(header, PREFIX_AT, PREFIX_LENGTH) : "";
    return folder.isEmpty() ? name : folder + "/" + name;
  }

  private static String text(byte[] header, int at, int length) {
    int end = at;
    while (end < at + length && header[end] != 0) {
      end++;
    }
    return new String(header, at, end - at, StandardCharsets.UTF_8);
  }

  /** How many zeros follow so many bytes. */
  public static int padding(long size) {
    return (int) ((BLOCK - size % BLOCK) % BLOCK);
  }
}
