package dev.groundbuild.runner.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * How the user wants to see a build.
 *
 * @param form of the log on standard output
 * @param color whether there are colours
 */
public record ConsoleChoice(Form form, Color color) {

  /** The values of {@code --log}. */
  public enum Form {
    /** Live on a terminal, plain elsewhere. */
    AUTO,
    /** Cloud Build's transcript. */
    PLAIN,
    /** One JSON object per line; see docs/log-json.md. */
    JSON
  }

  /** The values of {@code --color}. */
  public enum Color {
    /** On a terminal, unless the environment has NO_COLOR. */
    AUTO,
    ALWAYS,
    NEVER
  }

  /** Whether this process's standard output is a terminal. */
  public static boolean onTerminal() {
    return Tty.onStandardOutput().isPresent();
  }

  /** Whether this process's standard error is a terminal. */
  public static boolean errorsOnTerminal() {
    return Tty.isOnStandardError();
  }

  /** The sink that shows a build on this process's standard output and error. */
  public LogSink open(Map<String, String> environment, Afterwards afterwards, InstantSource clock) {
    // Not System.out: it hides errors. Not a channel: an interrupt would close it.
    FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    FileOutputStream err = new FileOutputStream(FileDescriptor.err);
    if (form == Form.JSON) {
      return new JsonConsole(out, afterwards, clock);
    }
    boolean dumb = environment.getOrDefault("TERM", "").equals("dumb");
    Optional<Tty> terminal = dumb ? Optional.empty() : Tty.onStandardOutput();
    Palette palette = palette(environment, terminal.isPresent());
    return terminal.isPresent() && form == Form.AUTO
        ? new LiveConsole(out, terminal.get()::size, palette, afterwards, clock)
        : new PlainConsole(out, err, palette, afterwards, clock);
  }

  /** The sink that shows a build on other streams, where there is no terminal. */
  public LogSink openOn(
      OutputStream out, OutputStream err, Afterwards afterwards, InstantSource clock) {
    return form == Form.JSON
        ? new JsonConsole(out, afterwards, clock)
        : new PlainConsole(
            out, err, color == Color.ALWAYS ? Palette.COLOURED : Palette.PLAIN, afterwards, clock);
  }

  /** The colours for output that is a terminal or is not. */
  public Palette palette(Map<String, String> environment, boolean terminal) {
    boolean coloured =
        switch (color) {
          case ALWAYS -> true;
          case NEVER -> false;
          case AUTO ->
              terminal && form == Form.AUTO && environment.getOrDefault("NO_COLOR", "").isEmpty();
        };
    return coloured ? Palette.COLOURED : Palette.PLAIN;
  }
}
