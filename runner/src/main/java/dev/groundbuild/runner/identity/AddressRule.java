package dev.groundbuild.runner.identity;

import dev.groundbuild.steps.Owner;
import dev.groundbuild.steps.engine.ContainerEngine.NetworkAddress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Brings what a build's containers send to Google's address for metadata to a server on this
 * machine, by the machine's packet filter; only root can. The rules carry the process that laid
 * them, so that a later one finds those of the dead.
 */
final class AddressRule implements AutoCloseable {
  /** Google: the address of every machine's metadata server. */
  static final String ADDRESS = "169.254.169.254";

  static final int PORT = 80;
  private static final String MARK = "groundbuild:";
  private static final Pattern OURS =
      Pattern.compile("-A (.*--comment \"?" + MARK + "([^ \"]+)\"? .*)");
  private static final int SECONDS = 5;

  private final String program;
  private final List<String> nat;
  private final List<String> filter;

  private AddressRule(String program, NetworkAddress network, int port) {
    String from = " -s " + network.subnet();
    String comment = " -m comment --comment " + MARK + Owner.ofThisProcess();
    this.program = program;
    this.nat =
        List.of(
            "PREROUTING"
                + from
                + " -d "
                + ADDRESS
                + "/32 -p tcp -m tcp --dport "
                + PORT
                + comment
                + " -j DNAT --to-destination "
                + network.gateway()
                + ":"
                + port);
    this.filter =
        List.of(
            "INPUT"
                + from
                + " -d "
                + network.gateway()
                + "/32 -p tcp -m tcp --dport "
                + port
                + comment
                + " -j ACCEPT");
  }

  /** Whether it is worth trying. */
  static boolean isPossible() {
    return isRoot() && program("iptables-restore").isPresent();
  }

  /** Empty where that is not possible: not root, no packet filter, or it refuses. */
  static Optional<AddressRule> lay(NetworkAddress network, int port) {
    Optional<String> program = program("iptables-restore");
    if (program.isEmpty() || !isRoot()) {
      return Optional.empty();
    }
    AddressRule rule = new AddressRule(program.get(), network, port);
    if (!rule.lay()) {
      rule.withdraw();
      return Optional.empty();
    }
    return Optional.of(rule);
  }

  /** Also clears away the rules of dead processes. */
  @Override
  public void close() {
    withdraw();
    removeDead();
  }

  /** Removes the rules that killed builds have left; returns how many there were. */
  static int removeDead() {
    Optional<String> save = program("iptables-save");
    Optional<String> restore = program("iptables-restore");
    if (save.isEmpty() || restore.isEmpty() || !isRoot()) {
      return 0;
    }
    Map<String, List<String>> dead = dead(run(List.of(save.get()), "").orElse(""));
    return !dead.isEmpty() && restore(restore.get(), "-D ", dead)
        ? dead.values().stream().mapToInt(List::size).sum()
        : 0;
  }

  /** The rules of dead processes, by table. */
  private static Map<String, List<String>> dead(String saved) {
    Map<String, List<String>> dead = new TreeMap<>();
    String table = "";
    for (String line : saved.lines().toList()) {
      Matcher m = OURS.matcher(line);
      if (line.startsWith("*")) {
        table = line.substring(1).strip();
      } else if (m.matches() && Owner.parse(m.group(2)).filter(Owner::isDead).isPresent()) {
        dead.computeIfAbsent(table, _ -> new ArrayList<>()).add(m.group(1));
      }
    }
    return dead;
  }

  private boolean lay() {
    return restore(program, "-I ", Map.of("nat", nat, "filter", filter));
  }

  /** Each table by itself: the one may have taken its rule, and the other not. */
  private void withdraw() {
    restore(program, "-D ", Map.of("nat", nat));
    restore(program, "-D ", Map.of("filter", filter));
  }

  private static boolean restore(String program, String verb, Map<String, List<String>> tables) {
    StringBuilder input = new StringBuilder();
    tables.forEach((table, rules) -> {
      input.append('*').append(table).append('\n');
      rules.forEach(rule -> input.append(verb).append(rule).append('\n'));
      input.append("COMMIT\n");
    });
    return run(List.of(program, "--noflush", "-w", "2"), input.toString()).isPresent();
  }

  /** What a program says; empty when it fails. Also on a thread that was interrupted. */
  private static Optional<String> run(List<String> command, String input) {
    boolean interrupted = Thread.interrupted();
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (OutputStream in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
      return ended && process.exitValue() == 0 ? Optional.of(said) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      interrupted = true;
      return Optional.empty();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Optional<String> program(String name) {
    return Stream.of("/usr/sbin", "/sbin", "/usr/bin", "/usr/local/sbin")
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  private static boolean isRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false;
    }
  }
}
