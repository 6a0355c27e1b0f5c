package dev.groundbuild.steps.engine;

import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/**
 * A program that was started in a running container, beside the container's own and with the same
 * environment, folder and user. One thread writes, one waits; resizing is anybody's.
 */
public interface Exec extends AutoCloseable {

  /**
   * What is to be run.
   *
   * @param terminal the size of the terminal that the program gets; with one, everything that it
   *     prints is standard output. Empty for plain streams
   */
  record Spec(List<String> command, Optional<Size> terminal) {
    public Spec {
      command = List.copyOf(command);
    }
  }

  /** Of a terminal, in characters. */
  record Size(int columns, int rows) {}

  /** The program's standard input; every write arrives at once, and closing it is its end. */
  OutputStream input();

  /** Tells the program's terminal its size. No error if it has none, or the program has ended. */
  void resize(Size size);

  /** Waits until the program has ended and its last byte has reached the sink. */
  int awaitExit();

  /** Lets go of the program, which may go on. No byte reaches the sink after that. */
  @Override
  void close();
}
