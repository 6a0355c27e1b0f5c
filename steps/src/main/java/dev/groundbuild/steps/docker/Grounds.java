package dev.groundbuild.steps.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Image;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.api.model.Network.ContainerNetworkConfig;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerEngine.NetworkAddress;
import dev.groundbuild.steps.engine.ContainerEngine.Owned;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Volumes and networks of a Docker engine, and everything on it by its labels. */
final class Grounds {
  private static final String LABEL = "label";
  private static final String JOINED = "has active endpoints";
  private static final int REMOVAL_ATTEMPTS = 8;
  private static final long REMOVAL_PAUSE_MILLIS = 50;

  private final DockerClient docker;
  private final Calls calls;

  Grounds(DockerClient docker, Calls calls) {
    this.docker = docker;
    this.calls = calls;
  }

  void createVolume(String name, Map<String, String> labels) {
    calls.made(
        "creating volume " + name,
        () -> docker.createVolumeCmd().withName(name).withLabels(labels).exec().getName(),
        this::removeVolumeNow);
  }

  void removeVolume(String name) {
    calls.done("removing volume " + name, () -> removeVolumeNow(name));
  }

  private void removeVolumeNow(String name) {
    try {
      docker.removeVolumeCmd(name).exec();
    } catch (NotFoundException e) {
      // It is gone already.
    }
  }

  Optional<String> volumeFolder(String name) {
    return calls.answer(
        "looking at volume " + name,
        () -> Optional.ofNullable(docker.inspectVolumeCmd(name).exec().getMountpoint()));
  }

  String createNetwork(String name, Map<String, String> labels) {
    String doing = "creating network " + name;
    return calls.made(doing, () -> createNetworkNow(doing, name, labels), this::removeNetworkNow);
  }

  /**
   * The engine's own check for duplicates has a gap when two ask at once; so we look again, and
   * give way to any other. Of two, at least the later sees the other; that both do costs only the
   * name.
   */
  private String createNetworkNow(String doing, String name, Map<String, String> labels) {
    String id =
        docker
            .createNetworkCmd()
            .withName(name)
            .withDriver("bridge")
            .withCheckDuplicate(true)
            .withLabels(labels)
            .exec()
            .getId();
    boolean alone =
        docker.listNetworksCmd().withNameFilter(name).exec().stream()
            .noneMatch(other -> name.equals(other.getName()) && !id.equals(other.getId()));
    if (!alone) {
      removeNetworkNow(id);
      throw new EngineException(
          Kind.CONFLICT, doing + ": another one of that name was made at the same time", null);
    }
    return id;
  }

  Optional<NetworkAddress> addressOf(String network) {
    return calls.answer(
        "looking at network " + network,
        () -> {
          var ipam = docker.inspectNetworkCmd().withNetworkId(network).exec().getIpam();
          return ipam == null || ipam.getConfig() == null
              ? Optional.empty()
              : ipam.getConfig().stream()
                  .filter(c -> c.getGateway() != null && c.getSubnet() != null)
                  .filter(c -> !c.getSubnet().contains(":"))
                  .map(c -> new NetworkAddress(c.getGateway(), c.getSubnet()))
                  .findFirst();
        });
  }

  List<String> containersOn(String network) {
    return calls.answer(
        "looking at network " + network,
        () ->
            docker
                .listContainersCmd()
                .withShowAll(true)
                .withNetworkFilter(List.of(network))
                .exec()
                .stream()
                .filter(c -> wasMadeFor(c, network))
                .map(Container::getId)
                .toList());
  }

  /** A container that is connected to the network later on keeps the network it was made for. */
  private boolean wasMadeFor(Container container, String network) {
    if (container.getHostConfig() == null) {
      return false;
    }
    String mode = container.getHostConfig().getNetworkMode();
    return network.equals(mode)
        || docker.inspectNetworkCmd().withNetworkId(network).exec().getName().equals(mode);
  }

  boolean removeNetwork(String network) {
    return calls.answer("removing network " + network, () -> removeNetworkNow(network));
  }

  /**
   * Whatever is still joined is disconnected: a container of somebody who only connected it, and
   * what the engine's network code sometimes keeps of a container that was removed while it was
   * started or stopped. When nobody is joined and the engine still counts somebody, only its
   * restart helps.
   */
  private boolean removeNetworkNow(String network) {
    for (int attempt = 1; ; attempt++) {
      try {
        docker.removeNetworkCmd(network).exec();
        return true;
      } catch (NotFoundException e) {
        return true; // It is gone already.
      } catch (DockerException e) {
        if (!String.valueOf(e.getMessage()).contains(JOINED)) {
          throw e;
        }
        if (attempt == REMOVAL_ATTEMPTS) {
          if (joined(network).isEmpty()) {
            return false;
          }
          throw e;
        }
      }
      disconnectAll(network);
      pause(attempt * REMOVAL_PAUSE_MILLIS);
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      // Nobody interrupts the threads of calls.
      Thread.currentThread().interrupt();
    }
  }

  private List<ContainerNetworkConfig> joined(String network) {
    var joined = docker.inspectNetworkCmd().withNetworkId(network).exec().getContainers();
    return joined == null ? List.of() : List.copyOf(joined.values());
  }

  private void disconnectAll(String network) {
    try {
      for (ContainerNetworkConfig container : joined(network)) {
        docker
            .disconnectFromNetworkCmd()
            .withNetworkId(network)
            .withContainerId(container.getName())
            .withForce(true)
            .exec();
      }
    } catch (DockerException e) {
      // The next attempt to remove the network has the last word.
    }
  }

  List<Owned> owned(String key, Optional<String> value) {
    List<String> label = List.of(value.map(v -> key + "=" + v).orElse(key));
    return calls.answer("looking for objects labelled " + label.getFirst(), () -> ownedNow(label));
  }

  private List<Owned> ownedNow(List<String> label) {
    List<Owned> owned = new ArrayList<>();
    for (Container c : docker.listContainersCmd().withShowAll(true).withLabelFilter(label).exec()) {
      String name = c.getNames().length == 0 ? c.getId() : c.getNames()[0].substring(1);
      boolean running = "running".equals(c.getState());
      owned.add(new Owned(Owned.Type.CONTAINER, c.getId(), name, running, orEmpty(c.getLabels())));
    }
    for (Network n : docker.listNetworksCmd().withFilter(LABEL, label).exec()) {
      owned.add(
          new Owned(Owned.Type.NETWORK, n.getId(), n.getName(), false, orEmpty(n.getLabels())));
    }
    List<InspectVolumeResponse> volumes =
        docker.listVolumesCmd().withFilter(LABEL, label).exec().getVolumes();
    for (InspectVolumeResponse v : volumes == null ? List.<InspectVolumeResponse>of() : volumes) {
      owned.add(
          new Owned(Owned.Type.VOLUME, v.getName(), v.getName(), false, orEmpty(v.getLabels())));
    }
    for (Image i :
        docker
            .listImagesCmd()
            .withReferenceFilter(ContainerEngine.SNAPSHOTS)
            .withLabelFilter(label.toArray(String[]::new))
            .exec()) {
      for (String name : i.getRepoTags() == null ? new String[0] : i.getRepoTags()) {
        owned.add(new Owned(Owned.Type.IMAGE, i.getId(), name, false, orEmpty(i.getLabels())));
      }
    }
    return owned;
  }

  private static Map<String, String> orEmpty(@Nullable Map<String, String> labels) {
    return labels == null ? Map.of() : labels;
  }
}
