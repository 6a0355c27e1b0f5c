package dev.groundbuild.steps;

/**
 * Takes the output of steps, line by line. Called from the steps' threads, of several steps at
 * once; lines of one step come in order, from one thread at a time.
 */
public interface StepLog {

  /** Where a line comes from. */
  enum Stream {
    STDOUT,
    STDERR,
    /** Words of the runner's own, such as "Pulling image: ubuntu". */
    RUNNER
  }

  /**
   * @param step index of the step
   * @param line the bytes without the final line feed; any bytes, carriage returns included
   * @param complete false when the stream ended, or the line grew too long to hold, before a line
   *     feed came
   */
  void line(int step, Stream stream, byte[] line, boolean complete);

  /**
   * A line of something that runs beside the steps; from any thread.
   *
   * @param label whose line it is, such as {@code service "db": }
   * @param line the bytes without the line feed
   */
  default void beside(String label, byte[] line) {}

  /** No more lines of this stream come from this run of the step. */
  default void ended(int step, Stream stream) {}

  /** The current state of something that is under way, such as a pull; not part of the log. */
  default void progress(int step, String text) {}
}
