package dev.groundbuild.runner.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The command line without a process of its own. */
public final class InProcess {
  private InProcess() {}

  /** What a command left. */
  public record Ended(int exit, String out, String err) {}

  /**
   * Runs a command to its end.
   *
   * @param folder against which relative paths are read
   */
  public static Ended run(List<String> args, String in, Map<String, String> env, Path folder) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Shell shell =
        new Shell(
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            env,
            folder,
            false);
    int exit = Main.commandLine(shell).execute(args.toArray(String[]::new));
    return new Ended(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
