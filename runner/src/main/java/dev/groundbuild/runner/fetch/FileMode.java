package dev.groundbuild.runner.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Who may do what with a file. */
public record FileMode(Set<PosixFilePermission> permissions) {
  public FileMode {
    permissions = Set.copyOf(permissions);
  }

  /**
   * Reads an octal number such as {@code 0755}.
   *
   * @throws BadFetchException when it is none, or has more than the nine bits
   */
  public static FileMode parse(String text) {
    if (!text.matches("0?[0-7]{3}")) {
      throw new BadFetchException(
          "\"" + text + "\" is no mode; write three octal digits, such as 0755");
    }
    int bits = Integer.parseInt(text, 8);
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < 9; i++) {
      letters.append((bits & (1 << (8 - i))) == 0 ? '-' : "rwx".charAt(i % 3));
    }
    return new FileMode(PosixFilePermissions.fromString(letters.toString()));
  }

  void giveTo(Path file) throws IOException {
    Files.setPosixFilePermissions(file, permissions);
  }
}
