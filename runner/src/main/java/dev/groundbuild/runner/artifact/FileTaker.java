package dev.groundbuild.runner.artifact;

import java.io.IOException;
import java.io.InputStream;

/** Takes files of /workspace as they come by. */
interface FileTaker {
  /**
   * Whether it takes the file of that name.
   *
   * @param path relative to /workspace
   */
  boolean wants(String path);

  /** Takes it, reading its content to the end. */
  void take(WorkspaceFile file) throws IOException;

  /**
   * @param path relative to /workspace
   * @param content can be read once, before the next file
   */
  record WorkspaceFile(String path, long size, boolean executable, InputStream content) {}
}
