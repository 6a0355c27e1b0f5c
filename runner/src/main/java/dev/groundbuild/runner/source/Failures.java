package dev.groundbuild.runner.source;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/** Words for what disks and streams report. */
final class Failures {
  private Failures() {}

  /** Why it failed, without the file's name. */
  static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException _ -> "it does not exist";
      case FileAlreadyExistsException _ -> "something is there already";
      case NotDirectoryException _ -> "it is not a folder";
      case DirectoryNotEmptyException _ -> "the folder is not empty";
      case FileSystemException f -> f.getReason() == null ? plain(f.getMessage()) : f.getReason();
      default -> plain(e.getMessage());
    };
  }

  private static String plain(@Nullable String message) {
    return message == null ? "read or write failed" : message;
  }
}
