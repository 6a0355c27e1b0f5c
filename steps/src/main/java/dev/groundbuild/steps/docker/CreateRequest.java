package dev.groundbuild.steps.docker;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.LogConfig.LoggingType;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.VolumeOptions;
import dev.groundbuild.steps.engine.ContainerSpec;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import dev.groundbuild.steps.engine.ContainerSpec.PublishedPort;
import dev.groundbuild.steps.engine.Mount;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** A {@link ContainerSpec} in the engine's words. */
final class CreateRequest {
  private CreateRequest() {}

  /**
   * @param refused capabilities that this engine can't grant
   */
  static CreateContainerCmd of(DockerClient docker, ContainerSpec spec, Set<Capability> refused) {
    HostConfig host = privileges(spec.privileges(), refused);
    // The runner keeps the log itself; the engine's own copy would halve the throughput.
    host.withLogConfig(new LogConfig(LoggingType.NONE))
        .withNetworkMode(spec.network() == null ? "none" : spec.network())
        .withMounts(spec.mounts().stream().map(CreateRequest::mount).toList());
    if (!spec.hosts().isEmpty()) {
      host.withExtraHosts(extraHosts(spec));
    }
    CreateContainerCmd request =
        docker
            .createContainerCmd(spec.image())
            .withName(spec.name())
            .withEnv(
                new TreeMap<>(spec.env())
                    .entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList())
            .withLabels(spec.labels())
            .withAttachStdin(false)
            .withStdinOpen(false)
            .withTty(false)
            .withHostConfig(host);
    if (!spec.workdir().isEmpty()) {
      request.withWorkingDir(spec.workdir());
    }
    publish(spec.ports(), request, host);
    if (spec.entrypoint() != null) {
      request.withEntrypoint(spec.entrypoint());
    }
    if (!spec.args().isEmpty()) {
      request.withCmd(spec.args());
    }
    if (spec.network() != null && !spec.aliases().isEmpty()) {
      request.withAliases(spec.aliases());
    }
    return request;
  }

  private static void publish(
      List<PublishedPort> ports, CreateContainerCmd request, HostConfig host) {
    if (ports.isEmpty()) {
      return;
    }
    Ports bindings = new Ports();
    for (PublishedPort port : ports) {
      bindings.bind(
          ExposedPort.tcp(port.containerPort()),
          Ports.Binding.bindIpAndPort(port.hostAddress(), port.hostPort()));
    }
    host.withPortBindings(bindings);
    request.withExposedPorts(List.copyOf(bindings.getBindings().keySet()));
  }

  private static String[] extraHosts(ContainerSpec spec) {
    return new TreeMap<>(spec.hosts())
        .entrySet().stream().map(e -> e.getKey() + ":" + e.getValue()).toArray(String[]::new);
  }

  private static HostConfig privileges(Privileges privileges, Set<Capability> refused) {
    return switch (privileges) {
      case PRIVILEGED -> HostConfig.newHostConfig().withPrivileged(true);
      case DEFAULT -> HostConfig.newHostConfig();
      case ALL_GRANTABLE ->
          new OpenHostConfig()
              .withCapAdd(Capability.ALL)
              .withCapDrop(refused.toArray(Capability[]::new))
              .withSecurityOpts(
                  List.of("seccomp=unconfined", "apparmor=unconfined", "label=disable"))
              .withDeviceCgroupRules(List.of("a *:* rwm"));
    };
  }

  private static com.github.dockerjava.api.model.Mount mount(Mount mount) {
    var request = new com.github.dockerjava.api.model.Mount().withTarget(mount.path());
    return switch (mount) {
      case Mount.OfVolume v ->
          request
              .withType(MountType.VOLUME)
              .withSource(v.volume())
              .withVolumeOptions(new VolumeOptions().withNoCopy(!v.filledByImage()));
      case Mount.OfHost h ->
          request.withType(MountType.BIND).withSource(h.hostPath()).withReadOnly(h.readOnly());
    };
  }

  /** Without the masks over /proc and /sys that {@code --privileged} would lift too. */
  private static final class OpenHostConfig extends HostConfig {
    private static final long serialVersionUID = 1L;

    @JsonProperty("MaskedPaths")
    List<String> maskedPaths() {
      return List.of();
    }

    @JsonProperty("ReadonlyPaths")
    List<String> readonlyPaths() {
      return List.of();
    }
  }
}
