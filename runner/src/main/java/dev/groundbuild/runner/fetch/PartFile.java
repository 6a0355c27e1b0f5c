package dev.groundbuild.runner.fetch;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file beside the destination that takes its place when it is complete, and is gone otherwise,
 * with the folders that were made for it. Made when the first byte arrives.
 */
final class PartFile implements AutoCloseable {
  private final Path destination;
  private final Path path;
  private final Deque<Path> madeFolders = new ArrayDeque<>();
  // Not a channel: an interrupt would close it.
  private @Nullable RandomAccessFile file;
  private boolean made;
  private long length;

  PartFile(Path destination) {
    this.destination = destination.toAbsolutePath();
    String name = "." + destination.getFileName() + "." + UUID.randomUUID() + ".part";
    this.path = this.destination.resolveSibling(name);
  }

  Path path() {
    return path;
  }

  long length() {
    return length;
  }

  void startAgain() throws IOException {
    opened().setLength(0);
    length = 0;
  }

  void append(ByteBuffer bytes) throws IOException {
    byte[] block = new byte[bytes.remaining()];
    bytes.get(block);
    opened().write(block);
    length += block.length;
  }

  private RandomAccessFile opened() throws IOException {
    if (file == null) {
      makeFolders();
      Files.createFile(path); // with what the umask leaves
      made = true;
      file = new RandomAccessFile(path.toFile(), "rw");
    }
    return file;
  }

  private void makeFolders() throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path p = path.getParent(); p != null && !Files.exists(p); p = p.getParent()) {
      missing.push(p);
    }
    for (Path folder : missing) {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder);
        madeFolders.push(folder);
      }
    }
  }

  /** Everything is on the disk before it gets its name. */
  void takePlace() throws IOException {
    RandomAccessFile done = opened();
    done.getFD().sync();
    done.close();
    Files.move(
        path, destination, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    made = false;
    madeFolders.clear();
    syncFolder();
  }

  /** So that the name lasts, too; where folders can't be opened, the system sees to it itself. */
  private void syncFolder() {
    Path folder = destination.getParent();
    if (folder == null) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException _) {
      // the file is complete and in its place
    }
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
    if (made) {
      Files.deleteIfExists(path);
    }
    for (Path folder : madeFolders) {
      try {
        Files.deleteIfExists(folder);
      } catch (IOException _) {
        return; // another download has put something there
      }
    }
  }
}
