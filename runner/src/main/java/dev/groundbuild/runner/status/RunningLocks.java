package dev.groundbuild.runner.status;

import java.io.IOException;
import java.io.InterruptedIOException;
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
  private static final int ATTEMPTS = 25;
  private static final long PAUSE_MILLIS = 20;

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

  /**
   * Takes the lock of a file, which is made when it is missing. Somebody who only asks may have it
   * for a moment.
   *
   * @throws IOException if another build has it
   */
  static Held take(Path file) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(file, BuildHistory.FILE);
    }
    Object identity = identity(file);
    if (!OURS.add(identity)) {
      throw taken(file);
    }
    FileChannel channel = null;
    boolean held = false;
    try {
      channel = FileChannel.open(file, StandardOpenOption.WRITE);
      for (int attempt = 0; attempt < ATTEMPTS && !held; attempt++) {
        held = lock(channel) || pause();
      }
      if (!held) {
        throw taken(file);
      }
      return new Held(identity, channel);
    } finally {
      if (!held) {
        OURS.remove(identity);
        if (channel != null) {
          channel.close();
        }
      }
    }
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      return false; // another thread of ours asks about it
    }
  }

  /** Always false. */
  private static boolean pause() throws IOException {
    try {
      Thread.sleep(PAUSE_MILLIS);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted: waiting for a lock");
    }
  }

  private static IOException taken(Path file) {
    return new IOException(file + " is locked: another process works on this build");
  }

  /** Asks with a shared lock, so that two who ask at once do not take each other for a build. */
  static boolean isHeld(Path file) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
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
