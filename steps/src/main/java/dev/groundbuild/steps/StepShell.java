package dev.groundbuild.steps;

import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerSpec;
import dev.groundbuild.steps.engine.ContainerSpec.ContainerFile;
import dev.groundbuild.steps.engine.EngineException;
import dev.groundbuild.steps.engine.EngineException.Kind;
import dev.groundbuild.steps.engine.Mount;
import dev.groundbuild.steps.engine.Undeterred;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** A running container with everything that a step left, in which a shell can be opened. */
public final class StepShell implements AutoCloseable {
  /** On a container that is there to be looked around in, and runs no step. */
  public static final String LABEL = "dev.groundbuild.shell-of";

  private static final String OWN_FOLDER = "/.groundbuild";
  private static final String OWN_BIN = OWN_FOLDER + "/bin";
  private static final String OWN_SHELL = OWN_FOLDER + "/busybox";

  /**
   * Does nothing, in any image: a program's output is a pipe, and reading what nobody else writes
   * waits for ever.
   */
  private static final String WAIT = "read -r line </proc/self/fd/1 || sleep 2147483647";

  private static final String OWN_START =
      "%1$s --install -s %2$s 2>/dev/null; export PATH=\"$PATH:%2$s\"; exec %1$s sh"
          .formatted(OWN_SHELL, OWN_BIN);

  private final ContainerEngine engine;
  private final String container;
  private final List<String> command;

  /**
   * What the shell finds around it.
   *
   * @param network that it joins
   * @param dockerSocket path on the engine's host
   * @param labels put on its container
   */
  public record Surroundings(String network, String dockerSocket, Map<String, String> labels) {
    public Surroundings {
      labels = Map.copyOf(labels);
    }

    /** Those of the step itself, while its build runs. */
    public static Surroundings of(BuildSite site) {
      return new Surroundings(site.network(), site.dockerSocket(), site.labels());
    }
  }

  private StepShell(ContainerEngine engine, String container, List<String> command) {
    this.engine = engine;
    this.container = container;
    this.command = command;
  }

  /**
   * Makes and starts the container.
   *
   * @param secrets that the shell has as variables, as the step had
   * @throws EngineException of kind NOT_FOUND when the image has no shell and there is none to
   *     borrow
   */
  public static StepShell open(
      ContainerEngine engine, KeptStep step, Surroundings surroundings, SecretValues secrets) {
    Optional<byte[]> borrowed =
        step.shell().isPresent() ? Optional.empty() : BorrowedShell.from(engine);
    if (step.shell().isEmpty() && borrowed.isEmpty()) {
      throw new EngineException(
          Kind.NOT_FOUND,
          "the image of "
              + step.label()
              + " has neither bash nor sh, and the engine has no image \"busybox\" with a static"
              + " program to borrow one from; docker pull busybox, then try again",
          null);
    }
    String shell = step.shell().orElse(OWN_SHELL);
    List<String> wait =
        borrowed.isPresent() ? List.of(shell, "sh", "-c", WAIT) : List.of(shell, "-c", WAIT);
    List<String> command =
        borrowed.isPresent() ? List.of(shell, "sh", "-c", OWN_START) : List.of(shell);
    String container = engine.create(spec(step, surroundings, secrets, wait, files(borrowed)));
    try {
      engine.start(container);
    } catch (RuntimeException e) {
      remove(engine, container);
      throw e;
    }
    return new StepShell(engine, container, command);
  }

  private static List<ContainerFile> files(Optional<byte[]> borrowed) {
    return borrowed
        .map(program ->
            List.of(
                new ContainerFile(OWN_BIN, 0777, Optional.empty()),
                new ContainerFile(OWN_SHELL, 0755, Optional.of(program))))
        .orElse(List.of());
  }

  /** The environment, but for secrets, and the user are the snapshot's. */
  private static ContainerSpec spec(
      KeptStep step,
      Surroundings surroundings,
      SecretValues secrets,
      List<String> wait,
      List<ContainerFile> files) {
    List<Mount> mounts = new ArrayList<>(step.mounts());
    mounts.add(new Mount.OfHost(surroundings.dockerSocket(), StepContainer.DOCKER_SOCKET, false));
    Map<String, String> labels = new TreeMap<>(surroundings.labels());
    labels.put(LABEL, Integer.toString(step.index()));
    String unique = UUID.randomUUID().toString().substring(0, 8);
    return new ContainerSpec(
        "groundbuild_" + step.buildId() + "_shell_" + step.index() + "_" + unique,
        step.image(),
        wait,
        List.of(),
        secrets.byName(),
        step.workdir(),
        mounts,
        surroundings.network(),
        List.of("step_" + step.index()),
        step.privileges(),
        labels,
        files);
  }

  public String container() {
    return container;
  }

  /** What is to be run in the container for a shell. */
  public List<String> command() {
    return command;
  }

  /** Removes the container, also on a thread that was interrupted. */
  @Override
  public void close() {
    remove(engine, container);
  }

  private static void remove(ContainerEngine engine, String container) {
    Undeterred.run(() -> engine.remove(container));
  }
}
