package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.console.Terminal;
import dev.groundbuild.steps.KeptStep;
import dev.groundbuild.steps.Labels;
import dev.groundbuild.steps.Leftovers;
import dev.groundbuild.steps.Owner;
import dev.groundbuild.steps.SecretValues;
import dev.groundbuild.steps.StepContainer;
import dev.groundbuild.steps.StepShell;
import dev.groundbuild.steps.docker.DockerEngine;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerEngine.StepSocket;
import dev.groundbuild.steps.engine.Mount;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "shell",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Open a shell in a step that groundbuild run --debug has kept: its image, variables and files as the step",
      "left them, /workspace and volumes, a network of its own and the Docker socket.",
      "What is changed in /workspace and volumes stays, everything else is as before the next time."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild shell --list",
      "  groundbuild shell last test",
      "  groundbuild shell 1f0c2a 3",
      "",
      "groundbuild clean --kept removes what is kept before its time is over."
    })
final class ShellCommand implements Callable<Integer> {
  private final Shell shell;
  private final InstantSource clock = InstantSource.system();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "BUILD",
      description = BuildChoice.DESCRIPTION)
  private @Nullable String build;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "STEP",
      description = "Id or index of a step. Default: the one that is kept.")
  private @Nullable String step;

  @Option(names = "--list", description = "List the steps that are kept, and until when.")
  private boolean list;

  ShellCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    try (ContainerEngine engine = DockerEngine.ofEnvironment()) {
      List<KeptStep> all = KeptStep.on(engine, clock.instant());
      if (list) {
        all.forEach(kept -> shell.out().println(line(kept)));
        shell.out().flush();
        return ExitCode.SUCCESS;
      }
      KeptStep kept = find(all);
      Optional<Terminal> terminal = shell.own() ? Terminal.ofProcess() : Optional.empty();
      if (terminal.isEmpty()) {
        throw new UsageException(
            "a shell needs a terminal: neither standard input nor standard output may be a pipe or a"
                + " file");
      }
      try (Cancelling _ = Cancelling.onSignals(Thread.currentThread(), shell.err())) {
        return open(engine, kept, terminal.get());
      }
    }
  }

  private static String line(KeptStep kept) {
    return "%s  %-24s  until %s"
        .formatted(kept.buildId(), kept.label(), kept.until().map(Object::toString).orElse("now"));
  }

  private KeptStep find(List<KeptStep> all) throws IOException {
    if (build == null) {
      throw new UsageException(
          "which build? groundbuild shell --list shows the steps that are kept");
    }
    String id = BuildChoice.id(shell.history(clock), build, all.stream().map(KeptStep::buildId));
    List<KeptStep> kept = all.stream().filter(k -> k.buildId().equals(id)).toList();
    List<KeptStep> found =
        step == null ? kept : StepChoice.named(step, kept, KeptStep::id, KeptStep::index);
    return switch (found.size()) {
      case 0 ->
          throw new UsageException(
              "nothing is kept of "
                  + (step == null ? "" : "step \"" + step + "\" of ")
                  + "build "
                  + id
                  + "; groundbuild run --debug keeps a step that fails, groundbuild shell --list"
                  + " shows those that are kept");
      case 1 -> found.getFirst();
      default ->
          throw new UsageException(
              "more than one step is meant: "
                  + found.stream()
                      .map(k -> k.buildId() + " " + k.label())
                      .collect(Collectors.joining(", ")));
    };
  }

  private int open(ContainerEngine engine, KeptStep kept, Terminal terminal) {
    Map<String, String> labels = Labels.of(kept.buildId(), Owner.ofThisProcess());
    Optional<StepSocket> socket = Optional.empty();
    try {
      String name = "cloudbuild-shell-" + UUID.randomUUID().toString().substring(0, 8);
      String network = engine.createNetwork(name, labels);
      socket = engine.stepSocket(network, labels, folders(engine, kept), Map.of());
      String path = socket.map(StepSocket::path).orElseGet(() -> ownSocket(engine));
      try (StepShell opened =
          StepShell.open(
              engine, kept, new StepShell.Surroundings(network, path, labels), SecretValues.NONE)) {
        return new ShellTerminal(engine, terminal).open(kept, opened);
      }
    } finally {
      clear(engine);
      socket.ifPresent(StepSocket::close);
    }
  }

  private static Map<String, String> folders(ContainerEngine engine, KeptStep kept) {
    Map<String, String> folders = new HashMap<>();
    for (Mount mount : kept.mounts()) {
      if (mount.path().equals(StepContainer.WORKSPACE) || mount.path().equals(StepContainer.HOME)) {
        Optional<String> folder =
            switch (mount) {
              case Mount.OfVolume v -> engine.volumeFolder(v.volume());
              case Mount.OfHost h -> Optional.of(h.hostPath());
            };
        folder.ifPresent(f -> folders.put(mount.path(), f));
      }
    }
    return folders;
  }

  private static String ownSocket(ContainerEngine engine) {
    URI address = URI.create(engine.info().address());
    return "unix".equals(address.getScheme()) ? address.getPath() : "/var/run/docker.sock";
  }

  /** Also after an interrupt; what was made through the socket goes, too. */
  private static void clear(ContainerEngine engine) {
    boolean interrupted = Thread.interrupted();
    Leftovers.removeOf(engine, Owner.ofThisProcess());
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
