package dev.groundbuild.runner.config;

/**
 * A place in a text.
 *
 * @param file the name that the user gave, or {@code <stdin>}
 * @param line from 1
 * @param column from 1, in characters
 */
public record Position(String file, int line, int column) {
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
