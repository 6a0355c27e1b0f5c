package dev.groundbuild.steps.docker;

import dev.groundbuild.steps.Owner;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * A folder for the socket of one build, below the temporary folder. It names the process that made
 * it, so that whoever comes later can remove what a killed process has left.
 */
record SocketFolder(Path path) {
  private static final String PREFIX = "groundbuild-socket-";
  private static final String OWNER = "owner";

  static SocketFolder make() throws IOException {
    Path path =
        Files.createTempDirectory(
            PREFIX,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.writeString(path.resolve(OWNER), Owner.ofThisProcess().toString());
    return new SocketFolder(path);
  }

  Path socket() {
    return path.resolve("docker.sock");
  }

  void remove() throws IOException {
    Files.deleteIfExists(socket());
    Files.deleteIfExists(path.resolve(OWNER));
    Files.deleteIfExists(path);
  }

  /** Removes the folders of dead processes; returns how many there were. */
  static int removeDead() throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    int removed = 0;
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary, PREFIX + "*")) {
      for (Path folder : folders) {
        if (owner(folder).filter(Owner::isDead).isPresent()) {
          new SocketFolder(folder).remove();
          removed++;
        }
      }
    }
    return removed;
  }

  /** Empty for another user's, which can't be read, and for one that is just being made. */
  private static Optional<Owner> owner(Path folder) {
    try {
      return Owner.parse(Files.readString(folder.resolve(OWNER)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
