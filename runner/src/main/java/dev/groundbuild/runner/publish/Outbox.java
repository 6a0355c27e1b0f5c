package dev.groundbuild.runner.publish;

import com.google.gson.JsonParseException;
import dev.groundbuild.runner.status.WholeFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Messages that have not been acknowledged, on disk: a file for each, {@code
 * <build>.<number>.<status>.json}, which appears whole before the message is sent and goes when it
 * has been taken. Any number of processes may use one outbox. Only the process that runs a build
 * adds messages of it; whoever sends them holds the build's lock.
 */
public final class Outbox {
  private static final Pattern FILE = Pattern.compile("(.+)\\.([0-9]{6,9})\\.([A-Z_]+)\\.json");
  private static final String LOCK = ".lock";
  private static final FileAttribute<?> FOLDER_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<?> FILE_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /** What a process that was killed left half written is removed after this time. */
  private static final Duration HALF_WRITTEN = Duration.ofHours(1);

  /**
   * What this process holds. The system takes a lock back as soon as the process closes any handle
   * of that file, so it must not open it once more.
   */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final Path folder;

  private final InstantSource clock;

  private Outbox(Path folder, InstantSource clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /** The outbox below a state folder; it is made with its first message. */
  public static Outbox in(Path state, InstantSource clock) {
    return new Outbox(state.resolve("outbox"), clock);
  }

  Path folder() {
    return folder;
  }

  /** A place for one message. */
  record Slot(Path file, int number) {
    String status() {
      Matcher name = FILE.matcher(file.getFileName().toString());
      return name.matches() ? name.group(3) : "";
    }

    /** False once it was acknowledged to somebody. */
    boolean isThere() {
      return Files.exists(file);
    }

    /**
     * The message; empty once it was acknowledged to somebody.
     *
     * @throws IOException if it cannot be read; the message names the file
     */
    Optional<StatusMessage> read() throws IOException {
      try {
        return Optional.of(StatusMessage.ofJson(Files.readString(file)));
      } catch (NoSuchFileException _) {
        return Optional.empty();
      } catch (JsonParseException e) {
        throw new IOException(file + " is not a status message", e);
      }
    }

    void remove() throws IOException {
      Files.deleteIfExists(file);
    }
  }

  /**
   * Adds a message after those that wait.
   *
   * @param number greater than that of any message of the build
   */
  Slot add(StatusMessage message, int number) throws IOException {
    Files.createDirectories(folder, FOLDER_MODE);
    String name =
        String.format(Locale.ROOT, "%s.%06d.%s.json", message.buildId(), number, message.status());
    Path file = folder.resolve(name);
    WholeFile.write(file, message.toJson().getBytes(StandardCharsets.UTF_8), FILE_MODE);
    return new Slot(file, number);
  }

  /** What waits of a build, in order. */
  List<Slot> ofBuild(String id) throws IOException {
    List<Slot> slots = new ArrayList<>();
    for (Path file : files()) {
      Matcher name = FILE.matcher(file.getFileName().toString());
      if (name.matches() && name.group(1).equals(id)) {
        slots.add(new Slot(file, Integer.parseInt(name.group(2))));
      }
    }
    slots.sort((a, b) -> Integer.compare(a.number(), b.number()));
    return slots;
  }

  /** The builds of which something waits. */
  public Set<String> builds() throws IOException {
    Set<String> builds = new TreeSet<>();
    for (Path file : files()) {
      Matcher name = FILE.matcher(file.getFileName().toString());
      if (name.matches()) {
        builds.add(name.group(1));
      }
    }
    return builds;
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  /**
   * Takes the right to send a build's messages, which the system takes back however the process
   * ends; empty if somebody else has it.
   */
  Optional<Lock> lock(String id) throws IOException {
    Files.createDirectories(folder, FOLDER_MODE);
    Path file = folder.resolve(id + LOCK).toAbsolutePath();
    if (!OURS.add(file)) {
      return Optional.empty();
    }
    Optional<Lock> taken = Optional.empty();
    try {
      taken = open(id, file);
      return taken;
    } finally {
      if (taken.isEmpty()) {
        OURS.remove(file);
      }
    }
  }

  private Optional<Lock> open(String id, Path file) throws IOException {
    while (true) {
      Optional<Object> before = identity(file);
      FileChannel channel =
          FileChannel.open(
              file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), FILE_MODE);
      boolean held = false;
      try {
        if (channel.tryLock() == null) {
          return Optional.empty();
        }
        // Whoever had it before may have removed the file after we opened it.
        held = before.isPresent() && before.equals(identity(file));
        if (held) {
          return Optional.of(new Lock(this, id, file, channel));
        }
      } finally {
        if (!held) {
          channel.close();
        }
      }
    }
  }

  /**
   * Removes what processes that were killed have left beside messages.
   *
   * @throws IOException if that is not possible; it then stays
   */
  void sweep() throws IOException {
    Instant old = clock.instant().minus(HALF_WRITTEN);
    Set<String> waiting = builds();
    for (Path file : files()) {
      String name = file.getFileName().toString();
      if (name.endsWith(LOCK)) {
        String id = name.substring(0, name.length() - LOCK.length());
        Optional<Lock> unused = waiting.contains(id) ? Optional.empty() : lock(id);
        if (unused.isPresent()) {
          unused.get().close();
        }
      } else if (name.endsWith(".tmp")
          && Files.getLastModifiedTime(file).toInstant().isBefore(old)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static Optional<Object> identity(Path file) throws IOException {
    try {
      return Optional.ofNullable(Files.readAttributes(file, BasicFileAttributes.class).fileKey());
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  /** The right to send the messages of a build, until closed. */
  static final class Lock implements AutoCloseable {
    private final Outbox outbox;
    private final String build;
    private final Path file;
    private final FileChannel channel;

    private Lock(Outbox outbox, String build, Path file, FileChannel channel) {
      this.outbox = outbox;
      this.build = build;
      this.file = file;
      this.channel = channel;
    }

    /** The file goes with the last message. */
    @Override
    public void close() throws IOException {
      try (channel) {
        if (outbox.ofBuild(build).isEmpty()) {
          Files.deleteIfExists(file);
        }
      } finally {
        OURS.remove(file);
      }
    }
  }
}
