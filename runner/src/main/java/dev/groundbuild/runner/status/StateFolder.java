package dev.groundbuild.runner.status;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds the folder for what this program remembers of a user's builds. */
public final class StateFolder {
  private StateFolder() {}

  /**
   * {@code $XDG_STATE_HOME/groundbuild}, or else {@code ~/.local/state/groundbuild}, or else, if
   * there is no home that can be written to, a folder of the user's own below the temporary folder.
   * The folder is made, for its owner alone.
   *
   * @throws IOException if there is no such place; the message names those that were tried
   */
  public static Path of(Map<String, String> environment) throws IOException {
    return of(environment, Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
  }

  static Path of(Map<String, String> environment, Path temporary) throws IOException {
    List<String> tried = new ArrayList<>();
    for (Path candidate : candidates(environment, temporary)) {
      try {
        Files.createDirectories(candidate, BuildHistory.FOLDER);
        check(candidate, candidate.startsWith(temporary));
        return candidate;
      } catch (IOException e) {
        tried.add(candidate + " (" + WholeFile.reason(e) + ")");
      }
    }
    throw new IOException(
        "no folder to keep builds in: tried "
            + String.join(", ", tried)
            + "; set XDG_STATE_HOME to a folder that can be written to");
  }

  private static List<Path> candidates(Map<String, String> environment, Path temporary) {
    List<Path> found = new ArrayList<>();
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    String home = environment.getOrDefault("HOME", "");
    if (state.startsWith("/")) { // others are to be ignored, by the specification of these folders
      found.add(Path.of(state, "groundbuild"));
    } else if (home.startsWith("/")) {
      found.add(Path.of(home, ".local/state/groundbuild"));
    }
    String user = System.getProperty("user.name", "user").replaceAll("[^A-Za-z0-9_-]", "_");
    found.add(temporary.resolve("groundbuild-" + user));
    return found;
  }

  /** In a folder that everybody may write to, somebody else may have made ours before us. */
  private static void check(Path folder, boolean mustBeOurs) throws IOException {
    if (mustBeOurs && Files.isSymbolicLink(folder)) {
      throw new IOException("is a symbolic link");
    }
    Path probe = Files.createTempFile(folder, ".probe-", "");
    try {
      if (mustBeOurs && !Files.getOwner(probe).equals(Files.getOwner(folder))) {
        throw new IOException("belongs to somebody else");
      }
    } finally {
      Files.delete(probe);
    }
  }
}
