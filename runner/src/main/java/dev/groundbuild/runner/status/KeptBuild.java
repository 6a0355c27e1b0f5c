package dev.groundbuild.runner.status;

import com.google.cloudbuild.v1.Build;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A build in the local history.
 *
 * @param id of the build
 * @param started when it was taken into the history
 * @param folder where its files are
 * @param running whether a process works on it at this moment; a build that is not running and
 *     whose record says WORKING was cut off
 */
public record KeptBuild(String id, Instant started, Path folder, boolean running) {

  /** The whole transcript; may still grow. */
  public Path log() {
    return folder.resolve("log.txt");
  }

  /** Where in the log the build's own lines begin; see LogFile. */
  public Path ownLines() {
    return folder.resolve("log.own");
  }

  /**
   * What was built, as the user named it; empty for no source, and for a build of a version that
   * did not keep this.
   */
  public String source() {
    try {
      return Files.readString(sourceFile());
    } catch (IOException _) {
      return "";
    }
  }

  Path sourceFile() {
    return folder.resolve("source");
  }

  /** The build as JSON: as it was accepted while it runs, as it ended afterwards. */
  public Path record() {
    return folder.resolve("build.json");
  }

  /** What the build has made of what; only a build that has succeeded has it. */
  public Path provenance() {
    return folder.resolve("provenance.json");
  }

  /** The same, signed; there may be none. */
  public Path signedProvenance() {
    return folder.resolve("provenance.dsse.json");
  }

  /**
   * Reads the record.
   *
   * @throws IOException if it cannot be read; the message names the file
   */
  public Build build() throws IOException {
    return BuildRecord.read(record());
  }
}
