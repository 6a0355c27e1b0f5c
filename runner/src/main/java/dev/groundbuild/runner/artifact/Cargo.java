package dev.groundbuild.runner.artifact;

import com.google.cloudbuild.v1.Results;
import java.io.IOException;

/** Files of /workspace that are to be delivered, or only counted. */
interface Cargo extends FileTaker, AutoCloseable {
  /** Before the first file. */
  void begin() throws IOException;

  /** After the last one. */
  Results finish() throws IOException;

  @Override
  void close();
}
