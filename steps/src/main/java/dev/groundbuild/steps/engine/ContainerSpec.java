package dev.groundbuild.steps.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything the engine must know to create one container.
 *
 * @param name the container's name, unique on the engine
 * @param image an image id, digest reference or name that the engine has already
 * @param entrypoint replaces the image's ENTRYPOINT (and so drops its CMD); null keeps the image's
 * @param args the arguments after the entrypoint; empty means the image's CMD, unless the
 *     entrypoint is replaced
 * @param env sorted by name when it reaches the engine
 * @param workdir absolute; made by the engine when it is missing; empty for the image's own
 * @param network name or id of the network to join; null for none
 * @param aliases names under which other containers of the network find this one
 * @param privileges what the container may do on its host
 * @param labels who owns the container
 * @param files small files put into the container before it starts
 * @param ports under which the container is reached from the engine's host
 * @param hosts addresses of names that no name server knows
 */
public record ContainerSpec(
    String name,
    String image,
    @Nullable List<String> entrypoint,
    List<String> args,
    Map<String, String> env,
    String workdir,
    List<Mount> mounts,
    @Nullable String network,
    List<String> aliases,
    Privileges privileges,
    Map<String, String> labels,
    List<ContainerFile> files,
    List<PublishedPort> ports,
    Map<String, String> hosts) {

  /** One without published ports and names of its own. */
  public ContainerSpec(
      String name,
      String image,
      @Nullable List<String> entrypoint,
      List<String> args,
      Map<String, String> env,
      String workdir,
      List<Mount> mounts,
      @Nullable String network,
      List<String> aliases,
      Privileges privileges,
      Map<String, String> labels,
      List<ContainerFile> files) {
    this(
        name,
        image,
        entrypoint,
        args,
        env,
        workdir,
        mounts,
        network,
        aliases,
        privileges,
        labels,
        files,
        List.of(),
        Map.of());
  }

  /** A TCP port of the container, and where it is on the engine's host. */
  public record PublishedPort(String hostAddress, int hostPort, int containerPort) {
    @Override
    public String toString() {
      return hostAddress + ":" + hostPort + ":" + containerPort;
    }
  }

  /** What a container may do. */
  public enum Privileges {
    /** As {@code docker run --privileged}. */
    PRIVILEGED,
    /** Every capability that the engine can grant, without {@code --privileged}. */
    ALL_GRANTABLE,
    /** The engine's defaults. */
    DEFAULT
  }

  /**
   * A file or folder made inside the container before it starts.
   *
   * @param path absolute path in the container; missing parents are made
   * @param mode permission bits such as 0755
   * @param content the bytes, or empty for a folder
   */
  public record ContainerFile(String path, int mode, Optional<byte[]> content) {}

  public ContainerSpec {
    entrypoint = entrypoint == null ? null : List.copyOf(entrypoint);
    args = List.copyOf(args);
    env = Map.copyOf(env);
    mounts = List.copyOf(mounts);
    aliases = List.copyOf(aliases);
    labels = Map.copyOf(labels);
    files = List.copyOf(files);
    ports = List.copyOf(ports);
    hosts = Map.copyOf(hosts);
  }
}
