package dev.groundbuild.runner.status;

import com.google.cloudbuild.v1.Build;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The builds that ran on this machine, each in a folder named by its id. Any number of processes
 * may use one history at once: a build appears whole and locked, and disappears whole, because its
 * folder is renamed into and out of place.
 */
public final class BuildHistory {
  /** How many builds are kept. */
  public static final int MOST_BUILDS = 100;

  /** How many bytes the kept builds take together at most; the newest is kept at any size. */
  public static final long MOST_BYTES = 2L << 30;

  /** Of how many builds the source is kept. */
  public static final int MOST_SOURCES = 20;

  /** A folder that is younger than this may be about to be locked. */
  private static final Duration TO_MAKE = Duration.ofMinutes(1);

  /** Locked while a process works on the build; never read. */
  private static final String LOCK = "lock";

  private static final String STARTED = "started";
  private static final String COMING = ".coming-";
  private static final String GOING = ".going-";
  static final FileAttribute<?> FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  static final FileAttribute<?> FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path builds;
  private final int mostBuilds;
  private final long mostBytes;
  private final InstantSource clock;

  BuildHistory(Path folder, int mostBuilds, long mostBytes, InstantSource clock) {
    this.builds = folder.resolve("builds");
    this.mostBuilds = mostBuilds;
    this.mostBytes = mostBytes;
    this.clock = clock;
  }

  /**
   * The history below a folder, which is made when the first build starts; see {@link
   * StateFolder#of}.
   */
  public static BuildHistory in(Path folder, InstantSource clock) {
    return new BuildHistory(folder, MOST_BUILDS, MOST_BYTES, clock);
  }

  /**
   * Makes room, then takes in a build that is about to run.
   *
   * @throws IOException if nothing can be written; the message names the folder
   */
  public BuildKeeper start(Build build) throws IOException {
    String id = build.getId();
    if (!id.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new IllegalArgumentException("no build id: " + id);
    }
    Files.createDirectories(builds, FOLDER);
    prune();
    Path coming = Files.createDirectory(builds.resolve(COMING + id), FOLDER);
    Instant now = clock.instant();
    Path started = Files.createFile(coming.resolve(STARTED), FILE);
    Files.writeString(started, now.toString());
    RunningLocks.Held lock = RunningLocks.take(coming.resolve(LOCK));
    try {
      KeptBuild kept = new KeptBuild(id, now, builds.resolve(id), true);
      Files.createFile(coming.resolve(kept.log().getFileName()), FILE);
      Files.createFile(coming.resolve(kept.ownLines().getFileName()), FILE);
      BuildRecord.write(coming.resolve(kept.record().getFileName()), build, FILE);
      Files.move(coming, kept.folder(), StandardCopyOption.ATOMIC_MOVE);
      return new BuildKeeper(kept, build, lock);
    } catch (IOException e) {
      lock.close();
      delete(coming);
      throw e;
    }
  }

  /**
   * Takes a build up again that is over; its log and record go on.
   *
   * @param build as it stands
   * @throws IOException if another process works on it, or nothing can be written
   */
  public BuildKeeper resume(KeptBuild kept, Build build) throws IOException {
    RunningLocks.Held lock = RunningLocks.take(kept.folder().resolve(LOCK));
    return new BuildKeeper(
        new KeptBuild(kept.id(), kept.started(), kept.folder(), true), build, lock);
  }

  /** All kept builds, the newest first. */
  public List<KeptBuild> list() throws IOException {
    List<KeptBuild> found = new ArrayList<>();
    for (Path folder : folders()) {
      if (!folder.getFileName().toString().startsWith(".")) {
        kept(folder).ifPresent(found::add);
      }
    }
    found.sort(Comparator.comparing(KeptBuild::started).reversed().thenComparing(KeptBuild::id));
    return found;
  }

  /**
   * The build with this id, or else all builds whose ids begin so, the newest first.
   *
   * @return empty for none; more than one if the prefix is not unique
   */
  public List<KeptBuild> find(String idOrPrefix) throws IOException {
    List<KeptBuild> starting =
        list().stream().filter(build -> build.id().startsWith(idOrPrefix)).toList();
    List<KeptBuild> exact =
        starting.stream().filter(build -> build.id().equals(idOrPrefix)).toList();
    return exact.isEmpty() ? starting : exact;
  }

  /** Whether a process works on a build at this moment; false for one that is no longer kept. */
  public boolean isRunning(KeptBuild build) {
    return kept(build.folder()).filter(KeptBuild::running).isPresent();
  }

  private Optional<KeptBuild> kept(Path folder) {
    Path started = folder.resolve(STARTED);
    try {
      Instant at = Instant.parse(Files.readString(started));
      boolean running = RunningLocks.isHeld(folder.resolve(LOCK));
      return Optional.of(new KeptBuild(folder.getFileName().toString(), at, folder, running));
    } catch (IOException | DateTimeParseException _) {
      return Optional.empty(); // being removed, or none of ours
    }
  }

  private void prune() throws IOException {
    removeLeftovers();
    int number = 1; // the one that is about to start
    long bytes = 0;
    for (KeptBuild build : list()) {
      number++;
      if (number > MOST_SOURCES && !build.running()) {
        Files.deleteIfExists(KeptRequest.source(build));
      }
      bytes += size(build.folder());
      if (!build.running() && (number > mostBuilds || bytes > mostBytes)) {
        remove(build.folder());
      }
    }
  }

  /** What processes that were killed left half made or half removed. */
  private void removeLeftovers() throws IOException {
    for (Path folder : folders()) {
      String name = folder.getFileName().toString();
      if (name.startsWith(GOING)) {
        delete(folder);
      } else if (name.startsWith(COMING) && !isBeingMade(folder)) {
        remove(folder);
      }
    }
  }

  private boolean isBeingMade(Path folder) {
    try {
      Instant changed = Files.getLastModifiedTime(folder).toInstant();
      return changed.plus(TO_MAKE).isAfter(clock.instant())
          || RunningLocks.isHeld(folder.resolve(LOCK));
    } catch (IOException _) {
      return false;
    }
  }

  /** Renames first, so that of several processes one removes, and nobody sees half a build. */
  private void remove(Path folder) throws IOException {
    Path going = builds.resolve(GOING + UUID.randomUUID());
    try {
      Files.move(folder, going, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException _) {
      return;
    }
    delete(going);
  }

  private static void delete(Path folder) throws IOException {
    for (Path file : files(folder)) {
      Files.deleteIfExists(file);
    }
    Files.deleteIfExists(folder);
  }

  private static long size(Path folder) throws IOException {
    long bytes = 0;
    for (Path file : files(folder)) {
      try {
        bytes += Files.size(file);
      } catch (NoSuchFileException _) {
        // Just replaced or removed.
      }
    }
    return bytes;
  }

  private List<Path> folders() throws IOException {
    return files(builds);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }
}
