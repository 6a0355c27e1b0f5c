package dev.groundbuild.runner.status;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Optional;
import java.util.UUID;

/** Writes files that appear whole or not at all. */
public final class WholeFile {
  private WholeFile() {}

  /**
   * Why no file can be written to a place, for a check before the build starts; empty when it can.
   *
   * @param option that names the place, such as {@code --build-json}
   * @param target as the user gave it
   */
  public static Optional<String> problemWith(String option, String target) {
    if (target.isEmpty() || target.equals("-")) {
      return Optional.of(option + " needs a file name: standard output is for the log");
    }
    Path file = Path.of(target);
    String given = option + "=" + target;
    if (Files.isDirectory(file)) {
      return Optional.of(given + " is a folder; name a file in it");
    }
    Path folder = folderOf(file);
    if (!Files.isDirectory(folder)) {
      return Optional.of(given + ": the folder " + folder + " does not exist; make it first");
    }
    if (isSpecial(file)) {
      return Files.isWritable(file)
          ? Optional.empty()
          : Optional.of(given + " cannot be written to");
    }
    try {
      Files.delete(Files.createTempFile(folder, ".groundbuild-", ".json"));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(given + ": no file can be made in " + folder + ": " + reason(e));
    }
  }

  /**
   * Writes so that whoever reads the file sees what was there before or all of this. A device or
   * pipe is written to as it is.
   *
   * @param attributes of the file, if it is made
   */
  public static void write(Path target, byte[] bytes, FileAttribute<?>... attributes)
      throws IOException {
    if (isSpecial(target)) {
      put(target, bytes);
      return;
    }
    Path file = Files.exists(target) ? target.toRealPath() : target;
    Path temporary = folderOf(file).resolve(".groundbuild-" + UUID.randomUUID() + ".tmp");
    try {
      Files.createFile(temporary, attributes);
      put(temporary, bytes);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Not through a channel, which would fail on a thread that was interrupted to cancel a build. */
  private static void put(Path file, byte[] bytes) throws IOException {
    try (FileOutputStream out = new FileOutputStream(file.toFile())) {
      out.write(bytes);
    }
  }

  private static boolean isSpecial(Path file) {
    return Files.exists(file) && !Files.isRegularFile(file);
  }

  private static Path folderOf(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    return folder == null ? file.toAbsolutePath() : folder;
  }

  static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }
}
