package dev.groundbuild.steps;

import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerSpec;
import dev.groundbuild.steps.engine.ContainerSpec.ContainerFile;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import dev.groundbuild.steps.engine.Mount;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The volumes of one build: workspace, home, and those of its config. They are reached through a
 * container that holds them and is never started.
 */
public final class Workspace {
  private static final int OPEN_TO_ALL = 0777;

  private final ContainerEngine engine;
  private final Mount workspace;
  private final Mount home;
  private final Map<String, String> volumes;
  private final String holder;

  private Workspace(
      ContainerEngine engine,
      Mount workspace,
      Mount home,
      Map<String, String> volumes,
      String holder) {
    this.engine = engine;
    this.workspace = workspace;
    this.home = home;
    this.volumes = Map.copyOf(volumes);
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
                  volume(engine, buildId, "workspace", labels, made),
                  StepContainer.WORKSPACE,
                  false);
      Mount home =
          new Mount.OfVolume(
              volume(engine, buildId, "home", labels, made), StepContainer.HOME, false);
      Map<String, String> volumes = new LinkedHashMap<>();
      for (String name : names) {
        volumes.put(name, volume(engine, buildId, "volume_" + name, labels, made));
      }
      String holder =
          engine.create(holder(engine, buildId, labels, workspace, home, bound.isEmpty()));
      return new Workspace(engine, workspace, home, volumes, holder);
    } catch (RuntimeException e) {
      boolean interrupted = Thread.interrupted();
      made.forEach(engine::removeVolume);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      throw e;
    }
  }

  private static String volume(
      ContainerEngine engine,
      String buildId,
      String role,
      Map<String, String> labels,
      List<String> made) {
    String name = "groundbuild_" + buildId + "_" + role;
    engine.createVolume(name, labels);
    made.add(name);
    return name;
  }

  private static ContainerSpec holder(
      ContainerEngine engine,
      String buildId,
      Map<String, String> labels,
      Mount workspace,
      Mount home,
      boolean own) {
    List<ContainerFile> files = new ArrayList<>();
    if (own) {
      files.add(new ContainerFile(StepContainer.WORKSPACE, OPEN_TO_ALL, Optional.empty()));
    }
    files.add(new ContainerFile(StepContainer.HOME, OPEN_TO_ALL, Optional.empty()));
    files.add(
        new ContainerFile(
            StepContainer.HOME + "/.gitconfig", 0666, Optional.of(trustingWorkspace())));
    return new ContainerSpec(
        "groundbuild_" + buildId + "_workspace",
        engine.emptyImage(),
        List.of("/none"),
        List.of(),
        Map.of(),
        "/",
        List.of(workspace, home),
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
    return workspace;
  }

  public Mount home() {
    return home;
  }

  /** Engine volume for each volume name of the config. */
  public Map<String, String> volumes() {
    return volumes;
  }

  /** Unpacks a tar stream into the workspace. */
  public void fill(InputStream tar) {
    engine.copyIn(holder, StepContainer.WORKSPACE, tar);
  }

  /** A tar stream of the workspace, every entry below {@code workspace/}. */
  public InputStream copyOut() {
    return engine.copyOut(holder, StepContainer.WORKSPACE);
  }

  /** Where the workspace is on the engine's host, if it is in a folder there. */
  public Optional<String> folder() {
    return folder(workspace);
  }

  /** Where the home is on the engine's host, if it is in a folder there. */
  public Optional<String> homeFolder() {
    return folder(home);
  }

  private Optional<String> folder(Mount mount) {
    return switch (mount) {
      case Mount.OfHost host -> Optional.of(host.hostPath());
      case Mount.OfVolume volume -> engine.volumeFolder(volume.volume());
    };
  }
}
