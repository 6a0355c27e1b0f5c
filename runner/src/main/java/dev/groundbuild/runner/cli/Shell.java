package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.console.Afterwards;
import dev.groundbuild.runner.console.ConsoleChoice;
import dev.groundbuild.runner.console.LogSink;
import dev.groundbuild.runner.status.BuildHistory;
import dev.groundbuild.runner.status.StateFolder;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/**
 * What a command has around it.
 *
 * @param out takes results and logs
 * @param err takes problems and remarks
 * @param folder against which relative paths are read
 * @param own whether these are the process's own, which may be a terminal
 */
record Shell(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> env,
    Path folder,
    boolean own) {

  /** The process's own. */
  static Shell ofProcess() {
    return new Shell(
        System.in,
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        System.getenv(),
        Path.of("").toAbsolutePath(),
        true);
  }

  /** The sink that shows a build to the user. */
  LogSink console(ConsoleChoice choice, Afterwards afterwards, InstantSource clock) {
    return own ? choice.open(env, afterwards, clock) : choice.openOn(out, err, afterwards, clock);
  }

  Path path(String given) {
    return folder.resolve(given).normalize();
  }

  /**
   * What is in a file that the user named.
   *
   * @param given its path, or {@code -} for standard input
   * @throws UsageException when it can't be read
   */
  byte[] read(String given) {
    try {
      return given.equals("-") ? in.readAllBytes() : Files.readAllBytes(path(given));
    } catch (NoSuchFileException e) {
      throw new UsageException(given + ": no such file");
    } catch (AccessDeniedException e) {
      throw new UsageException(given + ": permission denied");
    } catch (InvalidPathException e) {
      throw new UsageException("\"" + given + "\" is not the name of a file: " + e.getReason());
    } catch (IOException e) {
      String name = given.equals("-") ? "standard input" : given;
      throw new UsageException(name + ": can't be read: " + e.getMessage());
    }
  }

  /** A path as the user gave it, readable whatever folder the process is in. */
  String shown(String given) {
    boolean here = folder.equals(Path.of("").toAbsolutePath());
    return here || given.equals("-") ? given : path(given).toString();
  }

  /** A path for messages: relative to the folder when it is below it. */
  String relative(Path path) {
    if (!path.startsWith(folder)) {
      return path.toString();
    }
    String relative = folder.relativize(path).toString();
    return relative.isEmpty() ? "." : relative;
  }

  BuildHistory history(InstantSource clock) throws IOException {
    return BuildHistory.in(StateFolder.of(env), clock);
  }
}
