package dev.groundbuild.steps;

import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import dev.groundbuild.steps.engine.Mount;
import java.util.Map;

/**
 * What the engine holds ready for all steps of one build.
 *
 * @param buildId unique; part of every name that is made
 * @param workspace mounted at /workspace
 * @param home mounted at /builder/home
 * @param dockerSocket path on the engine's host of the socket that steps see at
 *     /var/run/docker.sock
 * @param volumes engine volume for each volume name of the config
 * @param network name or id of the build's network
 * @param labels put on every object that the build makes
 * @param surroundings what steps meet besides their config
 */
public record BuildSite(
    String buildId,
    Mount workspace,
    Mount home,
    String dockerSocket,
    Map<String, String> volumes,
    String network,
    Privileges privileges,
    Map<String, String> labels,
    Surroundings surroundings) {

  /**
   * What a step meets besides its config.
   *
   * @param env variables, where the config does not set them
   * @param hosts addresses of names that no name server knows
   */
  public record Surroundings(Map<String, String> env, Map<String, String> hosts) {
    /** Nothing. */
    public static final Surroundings NONE = new Surroundings(Map.of(), Map.of());

    public Surroundings {
      env = Map.copyOf(env);
      hosts = Map.copyOf(hosts);
    }
  }

  public BuildSite {
    volumes = Map.copyOf(volumes);
    labels = Map.copyOf(labels);
  }

  /** One whose steps meet nothing. */
  public BuildSite(
      String buildId,
      Mount workspace,
      Mount home,
      String dockerSocket,
      Map<String, String> volumes,
      String network,
      Privileges privileges,
      Map<String, String> labels) {
    this(
        buildId,
        workspace,
        home,
        dockerSocket,
        volumes,
        network,
        privileges,
        labels,
        Surroundings.NONE);
  }
}
