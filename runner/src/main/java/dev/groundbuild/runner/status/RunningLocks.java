package dev.groundbuild.runner.status;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells which builds some process works on: each holds a lock on a file of the build, which the
 * system takes back however the process ends.
 *
 * <p>Such a lock belongs to the whole process, and is lost as soon as the process closes any handle
 * of that file. So what this process holds is remembered in {@link #OURS}, by the file's identity,
 * and such a file is never opened again to ask.
 */
final class RunningLocks {
  private static final Set<Object> OURS = ConcurrentHashMap.newKeySet();

  private RunningLocks() {}

  /** Held until closed. */
  static final class Held implements AutoCloseable {
    private final Object identity;
    private final FileChannel channel;

    private Held(Object identity, FileChannel channel) {
      this.identity = identity;
      this.channel = channel;
    }

    @Override
    public void close() throws IOException {
      try {
        channel.close();
      } finally {
        OURS.remove(identity);
      }
    }
  }

  /** Takes the lock of a file that nobody else knows yet. */
  static Held take(Path file) throws IOException {
    Object identity = identity(file);
    OURS.add(identity);
    FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      channel.close();
      OURS.remove(identity);
      throw new IOException(file + " is locked by another process");
    }
    return new Held(identity, channel);
  }

  /** Asks with a shared lock, so that two who ask at once do not take each other for a build. */
  static boolean isHeld(Path file) throws IOException {
    if (OURS.contains(identity(file))) {
      return true;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return lock == null;
    } catch (OverlappingFileLockException _) {
      return false; // another thread of ours got it, to ask the same
    }
  }

  private static Object identity(Path file) throws IOException {
    Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    return key == null ? file.toRealPath() : key;
  }
}
