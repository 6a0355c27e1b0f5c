package dev.groundbuild.steps;

import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerEngine.Owned;
import dev.groundbuild.steps.engine.ContainerSpec;
import dev.groundbuild.steps.engine.ContainerSpec.ContainerFile;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import dev.groundbuild.steps.engine.FileArchive;
import dev.groundbuild.steps.engine.Mount;
import dev.groundbuild.steps.engine.Undeterred;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The volumes of one build: workspace, home, and those of its config. They are reached through a
 * container that holds them and is never started.
 */
public final class Workspace {
  private static final int OPEN_TO_ALL = 0777;
  private static final String WORKSPACE = "workspace";
  private static final String HOME = "home";
  private static final String OF_CONFIG = "volume_";

  private final ContainerEngine engine;
  private final String buildId;
  private final Map<String, String> labels;
  private final Mounts mounts;
  private final String holder;
  private @Nullable String keeper;

  /** What there is to mount. */
  private record Mounts(Mount workspace, Mount home, Map<String, String> volumes) {
    Mounts {
      volumes = Map.copyOf(volumes);
    }
  }

  private Workspace(
      ContainerEngine engine,
      String buildId,
      Map<String, String> labels,
      Mounts mounts,
      String holder) {
    this.engine = engine;
    this.buildId = buildId;
    this.labels = Map.copyOf(labels);
    this.mounts = mounts;
    this.holder = holder;
  }

  /**
   * Makes the volumes, empty; workspace and home are writable by everyone, as steps run as whatever
   * user their image has. They stay so: an image with a /workspace of its own neither fills it nor
   * takes it over.
   *
   * @param bound a folder of the engine's host to be used as the workspace in place
   * @param names volume names of the config
   */
  public static Workspace create(
      ContainerEngine engine,
      String buildId,
      Map<String, String> labels,
      Optional<Path> bound,
      Collection<String> names) {
    List<String> made = new ArrayList<>();
    try {
      Mount workspace =
          bound.isPresent()
              ? new Mount.OfHost(bound.get().toString(), StepContainer.WORKSPACE, false)
              : new Mount.OfVolume(
                  volume(engine, buildId, WORKSPACE, labels, made), StepContainer.WORKSPACE, false);
      Mount home =
          new Mount.OfVolume(
              volume(engine, buildId, HOME, labels, made), StepContainer.HOME, false);
      Map<String, String> volumes = new LinkedHashMap<>();
      for (String name : names) {
        volumes.put(name, volume(engine, buildId, OF_CONFIG + name, labels, made));
      }
      String holder =
          engine.create(
              holder(
                  engine,
                  buildId + "_workspace",
                  labels,
                  List.of(workspace, home),
                  files(bound.isEmpty())));
      return new Workspace(engine, buildId, labels, new Mounts(workspace, home, volumes), holder);
    } catch (RuntimeException e) {
      Undeterred.run(() -> made.forEach(engine::removeVolume));
      throw e;
    }
  }

  /**
   * Takes up the volumes that an earlier attempt of the build has left, as they are; those of the
   * config that it did not have are made.
   *
   * @param bound the folder that is used as the workspace in place, as it was then
   * @param names volume names of the config
   * @throws EngineException of kind NOT_FOUND when they are gone
   */
  public static Workspace open(
      ContainerEngine engine,
      String buildId,
      Map<String, String> labels,
      Optional<Path> bound,
      Collection<String> names) {
    Map<String, String> kept = kept(engine, buildId);
    Mount workspace =
        bound.isPresent()
            ? new Mount.OfHost(bound.get().toString(), StepContainer.WORKSPACE, false)
            : new Mount.OfVolume(known(kept, WORKSPACE, buildId), StepContainer.WORKSPACE, false);
    Mount home = new Mount.OfVolume(known(kept, HOME, buildId), StepContainer.HOME, false);
    List<String> made = new ArrayList<>();
    try {
      Map<String, String> volumes = new LinkedHashMap<>();
      for (String name : names) {
        String existing = kept.get(OF_CONFIG + name);
        volumes.put(
            name,
            existing == null ? volume(engine, buildId, OF_CONFIG + name, labels, made) : existing);
      }
      String holder =
          engine.create(
              holder(engine, buildId + "_workspace", labels, List.of(workspace, home), List.of()));
      // From here on nobody can remove them; an engine makes a missing volume without a word.
      if (!kept(engine, buildId).keySet().containsAll(kept.keySet())) {
        throw gone(buildId);
      }
      return new Workspace(engine, buildId, labels, new Mounts(workspace, home, volumes), holder);
    } catch (RuntimeException e) {
      Undeterred.run(() -> made.forEach(engine::removeVolume));
      throw e;
    }
  }

  /** Whether there are volumes of an earlier attempt that can be opened. */
  public static boolean isKept(ContainerEngine engine, String buildId) {
    return kept(engine, buildId).containsKey(HOME);
  }

  /** Engine volume for each role. */
  private static Map<String, String> kept(ContainerEngine engine, String buildId) {
    Map<String, String> found = new TreeMap<>();
    for (Owned object : engine.owned(Labels.BUILD, Optional.of(buildId))) {
      String role = object.labels().get(Labels.VOLUME);
      if (object.type() == Owned.Type.VOLUME && role != null) {
        found.put(role, object.name());
      }
    }
    return found;
  }

  private static String known(Map<String, String> kept, String role, String buildId) {
    String name = kept.get(role);
    if (name == null) {
      throw gone(buildId);
    }
    return name;
  }

  private static EngineException gone(String buildId) {
    return new EngineException(
        Kind.NOT_FOUND, "the workspace of build " + buildId + " is no longer on the engine", null);
  }

  /**
   * Keeps the volumes until some time, also when this process ends or is killed; said again, the
   * later word counts. Whoever sweeps finds the time on a container that holds them all.
   */
  public void keep(Instant until) {
    Map<String, String> kept = new TreeMap<>(labels);
    kept.put(Labels.KEPT_UNTIL, Long.toString(until.getEpochSecond()));
    List<Mount> all = new ArrayList<>(List.of(mounts.workspace(), mounts.home()));
    mounts
        .volumes()
        .forEach((name, volume) -> all.add(new Mount.OfVolume(volume, "/volumes/" + name, false)));
    String name = buildId + "_kept_" + until.toEpochMilli();
    String held = engine.create(holder(engine, name, kept, all, List.of()));
    keeper = held;
    engine.owned(Labels.BUILD, Optional.of(buildId)).stream()
        .filter(o -> o.type() == Owned.Type.CONTAINER && !o.id().equals(held))
        .filter(o -> o.labels().containsKey(Labels.KEPT_UNTIL))
        .forEach(earlier -> engine.remove(earlier.id()));
  }

  /** Removes everything that the build has made, but for the volumes that are kept. */
  public void clearAround() {
    String held = keeper;
    if (held == null) {
      throw new IllegalStateException("nothing says until when the workspace is kept");
    }
    Leftovers.removeBuildAround(engine, buildId, held);
  }

  private static String volume(
      ContainerEngine engine,
      String buildId,
      String role,
      Map<String, String> labels,
      List<String> made) {
    String name = "groundbuild_" + buildId + "_" + role;
    Map<String, String> all = new TreeMap<>(labels);
    all.put(Labels.VOLUME, role);
    engine.createVolume(name, all);
    made.add(name);
    return name;
  }

  private static List<ContainerFile> files(boolean ownWorkspace) {
    List<ContainerFile> files = new ArrayList<>();
    if (ownWorkspace) {
      files.add(new ContainerFile(StepContainer.WORKSPACE, OPEN_TO_ALL, Optional.empty()));
    }
    files.add(new ContainerFile(StepContainer.HOME, OPEN_TO_ALL, Optional.empty()));
    files.add(
        new ContainerFile(
            StepContainer.HOME + "/.gitconfig", 0666, Optional.of(trustingWorkspace())));
    return files;
  }

  /** A container that only holds volumes. */
  private static ContainerSpec holder(
      ContainerEngine engine,
      String name,
      Map<String, String> labels,
      List<Mount> mounts,
      List<ContainerFile> files) {
    return new ContainerSpec(
        "groundbuild_" + name,
        engine.emptyImage(),
        List.of("/none"),
        List.of(),
        Map.of(),
        "/",
        mounts,
        "none",
        List.of(),
        Privileges.DEFAULT,
        labels,
        files);
  }

  /**
   * The source keeps its owners, and git refuses a repository of another user's unless it is told
   * that this one is fine.
   */
  private static byte[] trustingWorkspace() {
    return "[safe]\n\tdirectory = *\n".getBytes(StandardCharsets.UTF_8);
  }

  public Mount workspace() {
    return mounts.workspace();
  }

  public Mount home() {
    return mounts.home();
  }

  /** Engine volume for each volume name of the config. */
  public Map<String, String> volumes() {
    return mounts.volumes();
  }

  /** Unpacks a tar stream into the workspace. */
  public void fill(InputStream tar) {
    engine.copyIn(holder, StepContainer.WORKSPACE, tar);
  }

  /** Puts a file, writable by everyone, below the home, with the folder that it is in. */
  public void putHome(String folder, String name, byte[] content) {
    String path = folder + "/" + name;
    byte[] tar =
        FileArchive.of(
            List.of(
                new ContainerFile(folder, OPEN_TO_ALL, Optional.empty()),
                new ContainerFile(path, 0666, Optional.of(content))));
    engine.copyIn(holder, StepContainer.HOME, new ByteArrayInputStream(tar));
  }

  /** The bytes of a file below the home, at most {@code limit} of them; empty if there is none. */
  public Optional<byte[]> readHome(String path, int limit) {
    return engine.readFile(holder, StepContainer.HOME + "/" + path, limit);
  }

  /** A tar stream of the workspace, every entry below {@code workspace/}. */
  public InputStream copyOut() {
    return engine.copyOut(holder, StepContainer.WORKSPACE);
  }

  /** Where the workspace is on the engine's host, if it is in a folder there. */
  public Optional<String> folder() {
    return folder(mounts.workspace());
  }

  /** Where the home is on the engine's host, if it is in a folder there. */
  public Optional<String> homeFolder() {
    return folder(mounts.home());
  }

  private Optional<String> folder(Mount mount) {
    return switch (mount) {
      case Mount.OfHost host -> Optional.of(host.hostPath());
      case Mount.OfVolume volume -> engine.volumeFolder(volume.volume());
    };
  }
}
