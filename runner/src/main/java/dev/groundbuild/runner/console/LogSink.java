package dev.groundbuild.runner.console;

import dev.groundbuild.runner.BuildEvent;
import java.io.IOException;

/**
 * Shows or keeps a build's log. {@link BuildLog} calls it from one thread at a time, in the order
 * of the log, and never again once a call has thrown.
 */
public interface LogSink {

  /** What it writes to, for messages: {@code /path/log.txt}, {@code standard output}. */
  String target();

  /** Something happened. The lines of the transcript that tell of it follow. */
  void event(BuildEvent event) throws IOException;

  void line(LogLine line) throws IOException;

  /** The current state of something that is under way in a step; the last one counts. */
  default void progress(int step, String text) throws IOException {}

  /** Comes about ten times a second: what was taken so far should be visible afterwards. */
  void tick() throws IOException;

  /** Somebody else gets what is written to, until {@link #release}; nothing comes meanwhile. */
  default void hold() throws IOException {}

  /** What was held back comes, and then everything again. */
  default void release() throws IOException {}

  /** Writes what is left. */
  void close() throws IOException;
}
