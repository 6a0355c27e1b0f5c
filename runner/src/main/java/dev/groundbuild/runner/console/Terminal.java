package dev.groundbuild.runner.console;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.groundbuild.steps.engine.ContainerEngine.OutputSink;
import dev.groundbuild.steps.engine.Exec;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * The terminal on this process's standard input and output, lent to a program for a while. Used by
 * one thread at a time.
 *
 * <p>Standard input is only read when the system says that there is something to read, so that
 * nothing is taken from whoever reads it afterwards.
 */
public final class Terminal {
  private static final int STDIN = 0;
  private static final int NOW = 0;
  private static final short READABLE = 1;
  private static final int MODE_BYTES = 256; // more than any system's struct termios
  private static final int TICK_MILLIS = 100;
  private static final int BLOCK = 4096;

  private final Tty tty;
  private final FileInputStream in = new FileInputStream(FileDescriptor.in);
  private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
  private final MethodHandle getMode;
  private final MethodHandle setMode;
  private final MethodHandle makeRaw;
  private final MethodHandle poll;

  @SuppressWarnings("restricted")
  private Terminal(Tty tty) {
    this.tty = tty;
    getMode = function("tcgetattr", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    setMode = function("tcsetattr", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    makeRaw = function("cfmakeraw", FunctionDescriptor.ofVoid(ADDRESS));
    poll = function("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  }

  /** The terminal, if both standard input and standard output are one. */
  public static Optional<Terminal> ofProcess() {
    return Tty.onStandardOutput().filter(_ -> Tty.isTerminal(STDIN)).map(Terminal::new);
  }

  @SuppressWarnings("restricted")
  private static MethodHandle function(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    MemorySegment address =
        linker
            .defaultLookup()
            .find(name)
            .orElseThrow(() -> new IllegalStateException("the C library has no " + name));
    return linker.downcallHandle(address, type);
  }

  public Exec.Size size() {
    Size size = tty.size();
    return new Exec.Size(size.columns(), size.rows());
  }

  /** Takes what a program prints. */
  public OutputSink sink() {
    return new Screen(out);
  }

  private record Screen(OutputStream stdout) implements OutputSink {
    @Override
    public OutputStream stderr() {
      return stdout;
    }
  }

  public void print(String text) {
    try {
      out.write(text.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("the terminal can't be written to", e);
    }
  }

  /**
   * Starts a program with a terminal of its own and gives it the keyboard until it ends; every key
   * is the program's, Ctrl-C too. Afterwards the terminal is as it was before, also when the wait
   * is interrupted.
   *
   * @return the program's exit code
   */
  public int lendTo(Supplier<Exec> start) {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment before = arena.allocate(MODE_BYTES);
      MemorySegment raw = arena.allocate(MODE_BYTES);
      int known = call(getMode, STDIN, before);
      raw.copyFrom(before);
      callVoid(makeRaw, raw);
      if (known == 0) {
        call(setMode, STDIN, NOW, raw);
      }
      try (Exec program = start.get()) {
        return attend(program);
      } finally {
        if (known == 0) {
          call(setMode, STDIN, NOW, before);
        }
      }
    }
  }

  private int attend(Exec program) {
    CountDownLatch ended = new CountDownLatch(1);
    // Of the platform: waiting for a key blocks the thread in native code.
    Thread keys = Thread.ofPlatform().daemon().name("keys").start(() -> pass(program, ended));
    try {
      return program.awaitExit();
    } finally {
      ended.countDown();
      join(keys);
    }
  }

  /** The size is asked for at every turn, which costs less than to be told of changes. */
  private void pass(Exec program, CountDownLatch ended) {
    byte[] block = new byte[BLOCK];
    Exec.Size known = size();
    try (OutputStream to = program.input()) {
      while (ended.getCount() > 0) {
        if (!known.equals(size())) {
          known = size();
          program.resize(known);
        }
        if (readable(TICK_MILLIS)) {
          int n = in.read(block);
          if (n < 0) {
            return;
          }
          to.write(block, 0, n);
          to.flush();
        }
      }
    } catch (IOException e) {
      // The program or the terminal is gone; whoever waits for the program hears of it.
      return;
    }
  }

  private static void join(Thread thread) {
    boolean interrupted = Thread.interrupted();
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Asks for a line.
   *
   * @return empty when the terminal has come to its end
   * @throws InterruptedException when the thread is interrupted meanwhile
   */
  public Optional<String> ask(String question) throws InterruptedException {
    print(question);
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try {
      while (true) {
        // No longer than an instant in native code: this may be a virtual thread.
        while (!readable(0)) {
          Thread.sleep(TICK_MILLIS / 2);
        }
        int b = in.read();
        if (b < 0) {
          return Optional.empty();
        }
        if (b == '\n' || b == '\r') {
          return Optional.of(line.toString(UTF_8).strip());
        }
        line.write(b);
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private boolean readable(int patienceMillis) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment question =
          arena.allocate(MemoryLayout.structLayout(JAVA_INT, JAVA_SHORT, JAVA_SHORT));
      question.set(JAVA_INT, 0, STDIN);
      question.set(JAVA_SHORT, Integer.BYTES, READABLE);
      return call(poll, question, 1L, patienceMillis) > 0;
    }
  }

  private static int call(MethodHandle function, Object... arguments) {
    try {
      return (int) function.invokeWithArguments(arguments);
    } catch (Throwable e) { // what a handle declares; these functions throw nothing
      throw new IllegalStateException("a call of the C library failed", e);
    }
  }

  private static void callVoid(MethodHandle function, Object... arguments) {
    try {
      function.invokeWithArguments(arguments);
    } catch (Throwable e) { // what a handle declares; these functions throw nothing
      throw new IllegalStateException("a call of the C library failed", e);
    }
  }
}
