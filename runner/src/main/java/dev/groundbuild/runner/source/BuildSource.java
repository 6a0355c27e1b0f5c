package dev.groundbuild.runner.source;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a build's files come from; only the description. {@link OpenedSource} fetches. */
public sealed interface BuildSource {

  /** No files: the workspace starts empty. */
  record None() implements BuildSource {}

  /**
   * A folder on this machine, committed or not.
   *
   * @param ignore which of its files stay behind
   */
  record Folder(Path path, IgnoreChoice ignore) implements BuildSource {}

  /** A .tgz, .tar.gz, .zip or .tar file on this machine. */
  record Archive(Path file) implements BuildSource {}

  /**
   * A git repository at one revision.
   *
   * @param url without user and password, except the user of an ssh address
   * @param revision branch, tag, ref or commit; empty for the remote's HEAD
   * @param dir folder of the repository that steps start in, relative; empty for its root
   * @param login for http(s), or null
   */
  record Git(String url, String revision, String dir, @Nullable GitLogin login)
      implements BuildSource {}
}
