package dev.groundbuild.steps.fake;

import dev.groundbuild.steps.engine.ContainerEngine.Owned;
import dev.groundbuild.steps.engine.ContainerSpec.ContainerFile;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import dev.groundbuild.steps.engine.Mount;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** What a fake engine holds. Any thread may call; each call holds the lock from start to end. */
final class FakeHoldings {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, FakeContainer> containers = new LinkedHashMap<>();
  private final Map<String, Volume> volumes = new LinkedHashMap<>();
  private final Map<String, Network> networks = new LinkedHashMap<>();

  private final Map<String, Snapshot> images = new LinkedHashMap<>();
  private final Map<String, Integer> turns = new LinkedHashMap<>();

  private record Snapshot(String name, Map<String, String> labels, List<ContainerFile> files) {}

  private record Volume(String name, Map<String, String> labels, FakeFiles files) {}

  private record Network(String id, String name, Map<String, String> labels) {}

  FakeContainer add(FakeContainer container) {
    return locked(() -> {
      String name = container.spec.name();
      if (containers.values().stream().anyMatch(c -> c.spec.name().equals(name))) {
        throw failure(Kind.CONFLICT, "a container named " + name + " exists");
      }
      // As a real engine does, a volume that is named and missing is made.
      for (Mount mount : container.spec.mounts()) {
        if (mount instanceof Mount.OfVolume v) {
          volumes.computeIfAbsent(v.volume(), n -> new Volume(n, Map.of(), new FakeFiles()));
        }
      }
      containers.put(container.id, container);
      return container;
    });
  }

  /** How many containers of a name were started before this one. */
  int turn(String name) {
    return locked(() -> turns.merge(name, 1, Integer::sum)) - 1;
  }

  Optional<FakeContainer> find(String nameOrId) {
    return locked(() ->
        containers.values().stream()
            .filter(c -> c.id.equals(nameOrId) || c.spec.name().equals(nameOrId))
            .findFirst());
  }

  FakeContainer container(String nameOrId) {
    return find(nameOrId)
        .orElseThrow(() -> failure(Kind.NOT_FOUND, "No such container: " + nameOrId));
  }

  void removeContainer(String nameOrId) {
    locked(() ->
        containers.values().removeIf(c -> c.id.equals(nameOrId) || c.spec.name().equals(nameOrId)));
  }

  String addImage(String name, Map<String, String> labels, List<ContainerFile> files) {
    return locked(() -> {
      images.put(name, new Snapshot(name, Map.copyOf(labels), List.copyOf(files)));
      return name;
    });
  }

  boolean hasImage(String name) {
    return locked(() -> images.containsKey(name));
  }

  Map<String, String> labelsOf(String image) {
    return locked(() -> Optional.ofNullable(images.get(image)).map(Snapshot::labels))
        .orElse(Map.of());
  }

  List<ContainerFile> filesOf(String image) {
    return locked(() -> Optional.ofNullable(images.get(image)).map(Snapshot::files))
        .orElse(List.of());
  }

  void removeImage(String name) {
    locked(() -> images.remove(name) != null);
  }

  void addVolume(String name, Map<String, String> labels) {
    locked(() ->
        volumes.putIfAbsent(name, new Volume(name, Map.copyOf(labels), new FakeFiles())) == null);
  }

  FakeFiles volume(String name) {
    return locked(() ->
            Optional.ofNullable(volumes.get(name))
                .orElseThrow(() -> failure(Kind.NOT_FOUND, "no such volume: " + name)))
        .files();
  }

  void removeVolume(String name) {
    locked(() -> {
      if (containers.values().stream().anyMatch(c -> uses(c, name))) {
        throw failure(Kind.CONFLICT, "volume " + name + " is in use");
      }
      return volumes.remove(name) != null;
    });
  }

  private static boolean uses(FakeContainer container, String volume) {
    return container.spec.mounts().stream()
        .anyMatch(m -> m instanceof Mount.OfVolume v && v.volume().equals(volume));
  }

  String addNetwork(String name, Map<String, String> labels) {
    return locked(() -> {
      if (networks.values().stream().anyMatch(n -> n.name().equals(name))) {
        throw failure(Kind.CONFLICT, "a network named " + name + " exists");
      }
      String id = UUID.randomUUID().toString();
      networks.put(id, new Network(id, name, Map.copyOf(labels)));
      return id;
    });
  }

  List<String> containersOn(String network) {
    return locked(() -> {
      Optional<Network> found = network(network);
      return containers.values().stream()
          .filter(FakeContainer::isRunning)
          .filter(c ->
              found
                  .filter(n -> n.id().equals(c.spec.network()) || n.name().equals(c.spec.network()))
                  .isPresent())
          .map(c -> c.id)
          .toList();
    });
  }

  void removeNetwork(String network) {
    locked(() -> network(network).map(n -> networks.remove(n.id())).isPresent());
  }

  private Optional<Network> network(String nameOrId) {
    return networks.values().stream()
        .filter(n -> n.id().equals(nameOrId) || n.name().equals(nameOrId))
        .findFirst();
  }

  List<Owned> owned(String key, Optional<String> value) {
    return locked(() -> {
      List<Owned> all = new ArrayList<>();
      containers
          .values()
          .forEach(c ->
              all.add(
                  new Owned(
                      Owned.Type.CONTAINER, c.id, c.spec.name(), c.isRunning(), c.spec.labels())));
      networks
          .values()
          .forEach(
              n -> all.add(new Owned(Owned.Type.NETWORK, n.id(), n.name(), false, n.labels())));
      volumes
          .values()
          .forEach(
              v -> all.add(new Owned(Owned.Type.VOLUME, v.name(), v.name(), false, v.labels())));
      images
          .values()
          .forEach(
              i -> all.add(new Owned(Owned.Type.IMAGE, i.name(), i.name(), false, i.labels())));
      return all.stream().filter(o -> carries(o, key, value)).toList();
    });
  }

  private static boolean carries(Owned object, String key, Optional<String> value) {
    String label = object.labels().get(key);
    return label != null && value.map(v -> Objects.equals(v, label)).orElse(true);
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  private static EngineException failure(Kind kind, String message) {
    return new EngineException(kind, message, null);
  }
}
