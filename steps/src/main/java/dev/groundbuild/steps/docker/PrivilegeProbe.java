package dev.groundbuild.steps.docker;

import com.github.dockerjava.api.model.Capability;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Finds what an engine can grant. Some virtual machines lack a capability, and there the engine
 * refuses every privileged container ("unable to apply caps") and every single capability that is
 * missing.
 *
 * <p>An engine on this machine, outside any container, has the bounding set that this process has.
 * Any other is asked, by starting a container without any program, which fails for its privileges
 * before it fails for its program.
 */
final class PrivilegeProbe {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path LAST_CAPABILITY = Path.of("/proc/sys/kernel/cap_last_cap");

  private static final int MOST_BYTES = 64 * 1024;

  /** Capabilities in the kernel's order: the position is the bit. */
  private static final String[] BITS = {
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE"
  };

  /**
   * @param refused what {@link Privileges#ALL_GRANTABLE} has to leave out
   */
  record Grant(Privileges most, Set<Capability> refused) {
    Grant {
      refused = refused.isEmpty() ? Set.of() : Set.copyOf(refused);
    }
  }

  private PrivilegeProbe() {}

  /**
   * @param sameMachine whether the engine has the capabilities that this process could have
   * @param starts whether a container with these privileges, without these capabilities, starts
   */
  static Grant of(boolean sameMachine, BiPredicate<Privileges, Set<Capability>> starts) {
    Set<Capability> missing = missingHere();
    if (sameMachine && Files.isReadable(STATUS)) {
      return new Grant(
          missing.isEmpty() ? Privileges.PRIVILEGED : Privileges.ALL_GRANTABLE, missing);
    }
    if (starts.test(Privileges.PRIVILEGED, Set.of())) {
      return new Grant(Privileges.PRIVILEGED, Set.of());
    }
    if (starts.test(Privileges.ALL_GRANTABLE, missing)) {
      return new Grant(Privileges.ALL_GRANTABLE, missing);
    }
    return new Grant(Privileges.ALL_GRANTABLE, refusedAmong(all(), starts));
  }

  private static Set<Capability> all() {
    return EnumSet.complementOf(EnumSet.of(Capability.ALL));
  }

  /** Halves the suspects until each that is refused stands alone. */
  private static Set<Capability> refusedAmong(
      Set<Capability> suspects, BiPredicate<Privileges, Set<Capability>> starts) {
    Set<Capability> others = all();
    others.removeAll(suspects);
    if (starts.test(Privileges.ALL_GRANTABLE, others)) {
      return Set.of();
    }
    if (suspects.size() == 1) {
      return suspects;
    }
    Capability[] all = suspects.toArray(Capability[]::new);
    Set<Capability> refused = EnumSet.noneOf(Capability.class);
    int half = all.length / 2;
    refused.addAll(refusedAmong(EnumSet.copyOf(Arrays.asList(all).subList(0, half)), starts));
    refused.addAll(
        refusedAmong(EnumSet.copyOf(Arrays.asList(all).subList(half, all.length)), starts));
    return refused;
  }

  /** What this process could never have; empty where that can't be read. */
  static Set<Capability> missingHere() {
    Set<Capability> missing = EnumSet.noneOf(Capability.class);
    if (!Files.isReadable(STATUS) || !Files.isReadable(LAST_CAPABILITY)) {
      return missing;
    }
    try {
      int last = Integer.parseInt(read(LAST_CAPABILITY).strip());
      long bounds = bounds(read(STATUS));
      for (int bit = 0; bit <= Math.min(last, BITS.length - 1); bit++) {
        if (((bounds >> bit) & 1) == 0) {
          missing.add(Capability.valueOf(BITS[bit]));
        }
      }
    } catch (IOException e) {
      return EnumSet.noneOf(Capability.class);
    }
    return missing;
  }

  /**
   * In one piece: the kernel gives some of these files only once, to a buffer that is large enough.
   */
  private static String read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MOST_BYTES), StandardCharsets.US_ASCII);
    }
  }

  private static long bounds(String status) {
    return status
        .lines()
        .filter(line -> line.startsWith("CapBnd:"))
        .mapToLong(line -> Long.parseLong(line.substring("CapBnd:".length()).strip(), 16))
        .findFirst()
        .orElse(-1L);
  }
}
