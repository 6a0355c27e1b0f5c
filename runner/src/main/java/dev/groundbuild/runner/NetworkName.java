package dev.groundbuild.runner;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The right to name a network {@code cloudbuild}, which one build of a user on this host has at a
 * time. The engine's own check of names can be passed by two at once, and while two networks have
 * one name no container starts on either.
 */
public final class NetworkName {
  private static final Path FILE =
      Path.of(
          System.getProperty("java.io.tmpdir", "/tmp"),
          "groundbuild-network-" + System.getProperty("user.name", "user").replaceAll("\\W", "_"));

  private @Nullable FileChannel held;

  /** Removes the file of a killed build, if no living one holds it. */
  public static void removeDead() {
    NetworkName name = new NetworkName();
    if (name.take()) {
      name.giveBack();
    }
  }

  /** Whether the name is ours from now on. The system takes it back from a process that dies. */
  boolean take() {
    FileChannel channel = null;
    try {
      channel = FileChannel.open(FILE, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() != null) {
        held = channel;
        return true;
      }
      channel.close();
      return false;
    } catch (IOException | OverlappingFileLockException e) {
      // Another build of this process has it, or the file is somebody else's: a name of our own
      // does as well.
      close(channel);
      return false;
    }
  }

  /**
   * Removes the file first. Whoever has opened it just before may then share the name with the
   * next; the engine sees that.
   */
  void giveBack() {
    if (held != null) {
      try {
        Files.deleteIfExists(FILE);
      } catch (IOException e) {
        // An empty file that nobody holds is in nobody's way.
        return;
      } finally {
        close(held);
      }
    }
  }

  private static void close(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException("a lock can't be given back", e);
    }
  }
}
