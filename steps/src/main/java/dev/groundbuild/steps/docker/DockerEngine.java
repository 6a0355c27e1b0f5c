package dev.groundbuild.steps.docker;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Version;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerSpec;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import dev.groundbuild.steps.engine.ContainerState;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.Exec;
import dev.groundbuild.steps.engine.ImageInfo;
import dev.groundbuild.steps.engine.ImageRecipe;
import dev.groundbuild.steps.engine.ImageReference;
import dev.groundbuild.steps.engine.RegistryCredentials;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A Docker engine, by its API. */
public final class DockerEngine implements ContainerEngine {
  private final Connection connection;
  private final Faults faults;
  private final Calls calls;
  private final Containers containers;
  private final ContainerFiles files;
  private final Images images;
  private final Pushes pushes;
  private final Grounds grounds;
  private final Grants grants;

  private DockerEngine(Connection connection) {
    this.faults = new Faults(connection.address().toString());
    this.connection = connection;
    this.calls = new Calls(faults);
    this.containers = new Containers(connection.client(), calls, faults);
    this.files = new ContainerFiles(connection, calls);
    CredentialHelpers helpers = new CredentialHelpers(connection.config());
    this.images = new Images(connection.client(), calls, faults, helpers);
    this.pushes = new Pushes(connection.client(), calls, faults, helpers);
    this.grounds = new Grounds(connection.client(), calls);
    this.grants = new Grants(containers, images, this::isOnThisMachine);
  }

  /**
   * The engine that the docker command would use: by DOCKER_HOST, else the current context, else
   * the usual socket. Whether it answers shows at the first call.
   */
  public static DockerEngine ofEnvironment() {
    return new DockerEngine(Connection.ofEnvironment());
  }

  /**
   * @param address such as {@code unix:///var/run/docker.sock}
   */
  public static DockerEngine at(URI address) {
    return new DockerEngine(Connection.to(address));
  }

  /**
   * Removes the sockets for steps that killed processes have left in the temporary folder; returns
   * how many there were.
   */
  public static int removeDeadSockets() {
    try {
      return SocketFolder.removeDead();
    } catch (IOException e) {
      throw new UncheckedIOException("could not look for sockets of killed builds", e);
    }
  }

  @Override
  public EngineInfo info() {
    Version version =
        calls.answer("asking for the version", () -> connection.client().versionCmd().exec());
    return new EngineInfo(
        String.valueOf(version.getVersion()),
        String.valueOf(version.getApiVersion()),
        String.valueOf(version.getOperatingSystem()),
        String.valueOf(version.getArch()),
        connection.address().toString());
  }

  @Override
  public Privileges grantable() {
    return grants.get().most();
  }

  @Override
  public String emptyImage() {
    return images.empty();
  }

  @Override
  public Optional<ImageInfo> findImage(String name) {
    return images.find(name);
  }

  @Override
  public boolean hasImage(String name) {
    return images.hasAny(name);
  }

  @Override
  public ImageInfo pull(ImageReference image, PullProgress progress) {
    return images.pull(image, progress);
  }

  @Override
  public List<String> tagsOf(String repository) {
    return images.tagsOf(repository);
  }

  @Override
  public String push(ImageReference image, RegistryCredentials logins, Consumer<String> said) {
    return pushes.push(image, logins, said);
  }

  @Override
  public String create(ContainerSpec spec) {
    Set<Capability> refused =
        spec.privileges() == Privileges.ALL_GRANTABLE ? grants.get().refused() : Set.of();
    return containers.create(spec, refused);
  }

  @Override
  public Output attach(String container, OutputSink sink) {
    return containers.attach(container, sink);
  }

  @Override
  public void start(String container) {
    containers.start(container);
  }

  @Override
  public ExitStatus awaitExit(String container) {
    return containers.awaitExit(container);
  }

  @Override
  public void stop(String container, Duration grace) {
    containers.stop(container, grace);
  }

  @Override
  public Optional<Instant> startedAt(String container) {
    return containers.startedAt(container);
  }

  @Override
  public ContainerState state(String container) {
    return containers.state(container);
  }

  @Override
  public Exec exec(String container, Exec.Spec spec, OutputSink sink) {
    return DockerExec.start(new DockerExec.Way(connection, calls, faults), container, spec, sink);
  }

  @Override
  public String snapshot(
      String container, String tag, Map<String, String> labels, Set<String> withheld) {
    return images.snapshot(container, tag, labels, withheld);
  }

  @Override
  public String commit(String container, ImageRecipe recipe) {
    return new Commits(connection.client(), calls).make(container, recipe);
  }

  @Override
  public void removeImage(String name) {
    images.remove(name);
  }

  @Override
  public void kill(String container) {
    containers.kill(container);
  }

  @Override
  public void remove(String container) {
    containers.remove(container);
  }

  @Override
  public Optional<byte[]> readFile(String container, String path, int limit) {
    return files.read(container, path, limit);
  }

  @Override
  public Map<String, byte[]> readFiles(
      String container, String folder, Set<String> names, int limit) {
    return files.read(container, folder, names, limit);
  }

  @Override
  public void copyIn(String container, String path, InputStream tar) {
    containers.copyIn(container, path, tar);
  }

  @Override
  public InputStream copyOut(String container, String path) {
    return containers.copyOut(container, path);
  }

  @Override
  public void createVolume(String name, Map<String, String> labels) {
    grounds.createVolume(name, labels);
  }

  @Override
  public void removeVolume(String name) {
    grounds.removeVolume(name);
  }

  @Override
  public Optional<String> volumeFolder(String name) {
    return grounds.volumeFolder(name);
  }

  @Override
  public Optional<NetworkAddress> addressOf(String network) {
    return isOnThisMachine() ? grounds.addressOf(network) : Optional.empty();
  }

  @Override
  public Optional<StepSocket> stepSocket(
      String network,
      Map<String, String> labels,
      Map<String, String> folders,
      Map<String, String> hosts) {
    if (!isOnThisMachine()) {
      return Optional.empty();
    }
    Path socket = Path.of(connection.address().getPath());
    SocketProxy proxy = openProxy(socket, new SocketScope(network, labels, folders, hosts));
    boolean usable = false;
    try {
      usable = !Connection.isInContainer() || containers.canMount(proxy.path(), images.empty());
      return usable ? Optional.of(proxy) : Optional.empty();
    } finally {
      if (!usable) {
        proxy.close();
      }
    }
  }

  private static SocketProxy openProxy(Path socket, SocketScope scope) {
    try {
      return SocketProxy.open(socket, scope);
    } catch (IOException e) {
      throw new EngineException(
          EngineException.Kind.FAILED,
          "could not open a socket for the build's steps in "
              + System.getProperty("java.io.tmpdir", "/tmp")
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private boolean isOnThisMachine() {
    return calls.answer("asking about the engine's machine", connection::isOnThisMachine);
  }

  @Override
  public String createNetwork(String name, Map<String, String> labels) {
    return grounds.createNetwork(name, labels);
  }

  @Override
  public List<String> containersOn(String network) {
    return grounds.containersOn(network);
  }

  @Override
  public boolean removeNetwork(String network) {
    return grounds.removeNetwork(network);
  }

  @Override
  public List<Owned> owned(String key, Optional<String> value) {
    return grounds.owned(key, value);
  }

  @Override
  public void close() {
    calls.close();
    connection.close();
  }
}
