package dev.groundbuild.steps;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A process that owns builds.
 *
 * @param host names the set of processes among which the pid is unique: a machine, or a container
 *     with processes of its own
 * @param started when the process began, in the host's own terms; tells it from a later one with
 *     the same pid
 */
public record Owner(String host, long pid, String started) {

  /** This process. */
  public static Owner ofThisProcess() {
    long pid = ProcessHandle.current().pid();
    return new Owner(thisHost(), pid, startOf(pid).orElse("unknown"));
  }

  /** The owner that a label's value names; empty when it is none. */
  public static Optional<Owner> parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 3 || !parts[1].matches("[0-9]{1,18}")) {
      return Optional.empty();
    }
    return Optional.of(new Owner(parts[0], Long.parseLong(parts[1]), parts[2]));
  }

  /** Whether the process is certainly gone. One of another host never is. */
  public boolean isDead() {
    return host.equals(thisHost()) && startOf(pid).filter(started::equals).isEmpty();
  }

  @Override
  public String toString() {
    return host + "/" + pid + "/" + started;
  }

  /**
   * The machine's id and its process namespace: processes in different containers have the same
   * pids.
   */
  private static String thisHost() {
    try {
      return machine() + namespace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String machine() throws IOException {
    Path id = Path.of("/etc/machine-id");
    String machine = Files.isReadable(id) ? Files.readString(id).strip() : "";
    return machine.isEmpty() ? hostName() : machine;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName().replace('/', '-');
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  private static String namespace() throws IOException {
    Path namespace = Path.of("/proc/self/ns/pid");
    return Files.isSymbolicLink(namespace)
        ? "." + Files.readSymbolicLink(namespace).toString().replaceAll("[^0-9]", "")
        : "";
  }

  /**
   * On Linux in clock ticks since the machine started, from the kernel: the JDK's start instant
   * moves when somebody sets the clock.
   */
  static Optional<String> startOf(long pid) {
    Path stat = Path.of("/proc/" + pid + "/stat");
    if (Files.isDirectory(Path.of("/proc/self"))) {
      try {
        String text = Files.readString(stat);
        // Fields after the command's name, which is in parentheses and may hold anything.
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
        boolean ended = fields[0].equals("Z") || fields[0].equals("X");
        return ended ? Optional.empty() : Optional.of(fields[19]);
      } catch (IOException e) {
        return Optional.empty();
      }
    }
    return ProcessHandle.of(pid)
        .flatMap(p -> p.info().startInstant())
        .map(Instant::getEpochSecond)
        .map(String::valueOf);
  }
}
