package dev.groundbuild.runner.console;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Asks the system about the terminal that is written to. Asking for the size takes microseconds, so
 * it is asked at every drawing instead of waiting for a signal that it has changed.
 */
final class Tty {
  private static final int STDOUT = 1;
  private static final int STDERR = 2;
  private static final boolean LINUX = System.getProperty("os.name", "").equals("Linux");
  private static final long TIOCGWINSZ = LINUX ? 0x5413L : 0x40087468L;
  private static final Size USUAL = new Size(80, 24);

  private final MethodHandle ioctl;

  private Tty(MethodHandle ioctl) {
    this.ioctl = ioctl;
  }

  /** The terminal on standard output, if there is one. */
  static Optional<Tty> onStandardOutput() {
    if (LINUX && !mayBeTerminal(STDOUT)) {
      return Optional.empty(); // the usual case in CI, found out without touching native code
    }
    return open();
  }

  /** Whether standard error is a terminal. */
  static boolean isOnStandardError() {
    return (!LINUX || mayBeTerminal(STDERR)) && isTerminal(STDERR);
  }

  private static boolean mayBeTerminal(int file) {
    try {
      Path output = Files.readSymbolicLink(Path.of("/proc/self/fd/" + file));
      return output.startsWith("/dev") && !output.endsWith("null");
    } catch (IOException _) {
      return true;
    }
  }

  /** Whether a file of this process, by its number, is a terminal. */
  @SuppressWarnings("restricted")
  static boolean isTerminal(int file) {
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("isatty")
        .map(f -> linker.downcallHandle(f, FunctionDescriptor.of(JAVA_INT, JAVA_INT)))
        .filter(ask -> call(ask, file) == 1)
        .isPresent();
  }

  @SuppressWarnings("restricted")
  private static Optional<Tty> open() {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> ioctl = linker.defaultLookup().find("ioctl");
    if (ioctl.isEmpty() || !isTerminal(STDOUT)) {
      return Optional.empty();
    }
    return Optional.of(
        new Tty(
            linker.downcallHandle(
                ioctl.get(),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
                Linker.Option.firstVariadicArg(2))));
  }

  /** Its size now; 80 by 24 where it does not say. */
  Size size() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment answer = arena.allocate(JAVA_SHORT, 4); // rows, columns, and both in pixels
      int failed = call(ioctl, STDOUT, TIOCGWINSZ, answer);
      int rows = Short.toUnsignedInt(answer.getAtIndex(JAVA_SHORT, 0));
      int columns = Short.toUnsignedInt(answer.getAtIndex(JAVA_SHORT, 1));
      return failed != 0 || rows == 0 || columns == 0 ? USUAL : new Size(columns, rows);
    }
  }

  private static int call(MethodHandle function, Object... arguments) {
    try {
      return (int) function.invokeWithArguments(arguments);
    } catch (Throwable e) { // what a handle declares; these functions throw nothing
      throw new IllegalStateException("a call of the C library failed", e);
    }
  }
}
