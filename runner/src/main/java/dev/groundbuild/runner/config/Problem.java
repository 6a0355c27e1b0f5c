package dev.groundbuild.runner.config;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Something wrong, or doubtful, in a build config.
 *
 * @param position where in the text, when that is known
 * @param path the field, such as {@code steps[2].args[0]}; empty for the whole config
 * @param message what is wrong and what to do, one line, without the place
 */
public record Problem(Severity severity, Optional<Position> position, String path, String message) {
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029\\x80-\\x9f]");

  /** What a config quotes must neither end the line nor steer the terminal. */
  public Problem {
    path = visible(path);
    message = visible(message);
  }

  /** Whether the config can be run all the same. */
  public enum Severity {
    ERROR,
    WARNING
  }

  /** By line and column; problems without a place come first. */
  public static final Comparator<Problem> BY_PLACE =
      Comparator.comparing(
          p -> p.position().orElse(new Position("", 0, 0)),
          Comparator.comparingInt(Position::line).thenComparingInt(Position::column));

  private static String visible(String text) {
    return CONTROL
        .matcher(text)
        .replaceAll(c ->
            switch (c.group().charAt(0)) {
              case '\n' -> "\\\\n";
              case '\r' -> "\\\\r";
              case '\t' -> "\\\\t";
              default -> "\\\\u%04x".formatted((int) c.group().charAt(0));
            });
  }

  public boolean isError() {
    return severity == Severity.ERROR;
  }

  /**
   * {@code cloudbuild.yaml:14:13: message}, with {@code warning: } after the place of a warning.
   */
  @Override
  public String toString() {
    String place = position.map(p -> p + ": ").orElse(path.isEmpty() ? "" : path + ": ");
    return place + (isError() ? "" : "warning: ") + message;
  }
}
