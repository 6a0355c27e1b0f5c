package dev.groundbuild.steps.engine;

import java.util.Optional;

/**
 * How a container is at one moment.
 *
 * @param running whether its program runs
 * @param exitCode of a program that has ended
 * @param address at which this machine may be able to reach it
 */
public record ContainerState(
    boolean running, int exitCode, Health health, Optional<String> address) {
  /** What the image's own health check says. */
  public enum Health {
    /** The image has none. */
    NONE,
    STARTING,
    HEALTHY,
    UNHEALTHY
  }
}
