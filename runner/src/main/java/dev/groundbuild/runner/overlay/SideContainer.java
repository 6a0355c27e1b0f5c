package dev.groundbuild.runner.overlay;

import dev.groundbuild.steps.StepSpec.StepVolume;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A container that runs beside the steps, from before the first to after the last ({@code
 * services}).
 *
 * @param name under which steps reach it
 * @param entrypoint replaces the image's; empty keeps it
 * @param args empty means the image's own
 * @param ready when it counts as ready
 * @param ports on which it is reached from this machine, too
 * @param volumes of the build config or the overlay's caches that it mounts
 */
public record SideContainer(
    String name,
    String image,
    List<String> entrypoint,
    List<String> args,
    SortedMap<String, String> env,
    Readiness ready,
    List<Port> ports,
    List<StepVolume> volumes) {
  /** The longest wait when nothing else is said. */
  public static final Duration TIMEOUT = Duration.ofSeconds(60);

  public SideContainer {
    entrypoint = List.copyOf(entrypoint);
    args = List.copyOf(args);
    env = Collections.unmodifiableSortedMap(new TreeMap<>(env));
    ports = List.copyOf(ports);
    volumes = List.copyOf(volumes);
  }

  /** The port of the container, and where it is published on the engine's host. */
  public record Port(String hostAddress, int hostPort, int containerPort) {
    @Override
    public String toString() {
      return hostAddress + ":" + hostPort + ":" + containerPort;
    }
  }

  /** Whether it is ready, and for how long that is waited for. */
  public record Readiness(Check check, Duration timeout) {}

  /** How readiness shows. */
  public sealed interface Check {
    /** The health check of the image; without one, that it runs. */
    record Health() implements Check {}

    /** It takes connections. */
    record Tcp(int port) implements Check {}

    /**
     * It answers GET with a status below 400.
     *
     * @param path begins with a slash
     */
    record Http(int port, String path) implements Check {}

    /** A program in the container exits with 0. */
    record Command(List<String> command) implements Check {
      public Command {
        command = List.copyOf(command);
      }
    }
  }
}
