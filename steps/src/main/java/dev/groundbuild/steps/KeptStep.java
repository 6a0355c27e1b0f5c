package dev.groundbuild.steps;

import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerEngine.Owned;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.Mount;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A step that has ended, with all that is needed to look at it: a snapshot of its container, whose
 * labels say the rest. The engine is the only place that knows it.
 *
 * @param image the snapshot; it has the step's files, environment and user
 * @param mounts the step's volumes and folders, without the Docker socket
 * @param shell a shell that the image has; empty for none
 * @param until to this moment it, and the build's volumes, stay; empty for no longer than the
 *     process that made it
 */
public record KeptStep(
    String image,
    String buildId,
    int index,
    Optional<String> id,
    String workdir,
    List<Mount> mounts,
    Optional<String> shell,
    Privileges privileges,
    Optional<Instant> until) {
  private static final String WORKDIR = "dev.groundbuild.workdir";
  private static final String MOUNTS = "dev.groundbuild.mounts";
  private static final String SHELL = "dev.groundbuild.shell";
  private static final String PRIVILEGES = "dev.groundbuild.privileges";
  private static final String OF_VOLUME = "volume";
  private static final String OF_HOST = "host";

  /** Bash first: it remembers and completes what one types. */
  private static final List<String> SHELLS =
      List.of(
          "/bin/bash",
          "/usr/bin/bash",
          "/usr/local/bin/bash",
          "/bin/sh",
          "/usr/bin/sh",
          "/busybox/sh");

  public KeptStep {
    mounts = List.copyOf(mounts);
  }

  /**
   * Takes the snapshot. It has the container's environment, but for the step's secrets.
   *
   * @param container of the step, ended or never started
   * @param until when it may be removed; empty for the end of this process
   */
  public static KeptStep take(
      ContainerEngine engine,
      StepSpec step,
      BuildSite site,
      String container,
      Optional<Instant> until) {
    List<Mount> mounts =
        StepContainer.mounts(step, site).stream()
            .filter(mount -> !mount.path().equals(StepContainer.DOCKER_SOCKET))
            .toList();
    Map<String, String> labels = new TreeMap<>(site.labels());
    labels.put(Labels.STEP, Integer.toString(step.index()));
    labels.put(Labels.STEP_ID, step.id().orElse(""));
    labels.put(WORKDIR, step.workdir());
    labels.put(MOUNTS, mounts.stream().map(KeptStep::written).collect(Collectors.joining("\n")));
    labels.put(SHELL, shellOf(engine, container).orElse(""));
    labels.put(PRIVILEGES, site.privileges().name());
    labels.put(Labels.KEPT_UNTIL, until.map(t -> Long.toString(t.getEpochSecond())).orElse(""));
    String image =
        engine.snapshot(container, site.buildId() + "-" + step.index(), labels, withheld(step));
    return of(image, labels).orElseThrow(() -> new IllegalStateException("unreadable: " + labels));
  }

  /** A variable that the config gives a value is no secret. */
  private static Set<String> withheld(StepSpec step) {
    Set<String> names = new TreeSet<>(step.secretEnv());
    names.removeAll(step.env().keySet());
    return names;
  }

  private static Optional<String> shellOf(ContainerEngine engine, String container) {
    return SHELLS.stream().filter(path -> has(engine, container, path)).findFirst();
  }

  private static boolean has(ContainerEngine engine, String container, String path) {
    try (InputStream found = engine.copyOut(container, path)) {
      return found.read() >= 0;
    } catch (EngineException e) {
      if (e.kind() == EngineException.Kind.NOT_FOUND) {
        return false;
      }
      throw e;
    } catch (IOException e) {
      return false;
    }
  }

  /** All steps that are kept beyond the end of their builds and whose time is not over. */
  public static List<KeptStep> on(ContainerEngine engine, Instant now) {
    return engine.owned(Labels.KEPT_UNTIL, Optional.empty()).stream()
        .filter(object -> object.type() == Owned.Type.IMAGE)
        .flatMap(object -> of(object.name(), object.labels()).stream())
        .filter(step -> step.until().filter(now::isBefore).isPresent())
        .toList();
  }

  private static Optional<KeptStep> of(String image, Map<String, String> labels) {
    try {
      return Optional.of(
          new KeptStep(
              image,
              labels.getOrDefault(Labels.BUILD, ""),
              Integer.parseInt(labels.getOrDefault(Labels.STEP, "")),
              filled(labels, Labels.STEP_ID),
              labels.getOrDefault(WORKDIR, "/"),
              mounts(labels.getOrDefault(MOUNTS, "")),
              filled(labels, SHELL),
              Privileges.valueOf(labels.getOrDefault(PRIVILEGES, "")),
              filled(labels, Labels.KEPT_UNTIL).map(Long::parseLong).map(Instant::ofEpochSecond)));
    } catch (IllegalArgumentException | DateTimeException e) {
      return Optional.empty(); // none of ours
    }
  }

  private static Optional<String> filled(Map<String, String> labels, String key) {
    return Optional.ofNullable(labels.get(key)).filter(value -> !value.isEmpty());
  }

  private static String written(Mount mount) {
    return switch (mount) {
      case Mount.OfVolume v -> OF_VOLUME + "\t" + v.volume() + "\t" + v.path();
      case Mount.OfHost h -> OF_HOST + "\t" + h.hostPath() + "\t" + h.path();
    };
  }

  private static List<Mount> mounts(String text) {
    List<Mount> mounts = new ArrayList<>();
    for (String line : text.lines().toList()) {
      String[] parts = line.split("\t", -1);
      if (parts.length != 3) {
        throw new IllegalArgumentException("no mount: " + line);
      }
      mounts.add(
          parts[0].equals(OF_HOST)
              ? new Mount.OfHost(parts[1], parts[2], false)
              : new Mount.OfVolume(parts[1], parts[2]));
    }
    return mounts;
  }

  /** The step's name, as in logs. */
  public String label() {
    return "Step #" + index + id.map(i -> " - \"" + i + "\"").orElse("");
  }
}
