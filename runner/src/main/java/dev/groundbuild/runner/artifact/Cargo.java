package dev.groundbuild.runner.artifact;

import com.google.cloudbuild.v1.Results;
import java.io.IOException;
import java.util.function.Consumer;

/** Files of /workspace that are to be delivered, or only counted. */
interface Cargo extends FileTaker, AutoCloseable {
  /** Before the first file. */
  void begin() throws IOException;

  /**
   * After the last one.
   *
   * @param delivered takes each thing as soon as it is where it belongs
   */
  void finish(Consumer<Results> delivered) throws IOException;

  @Override
  void close();
}
