package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.NetworkName;
import dev.groundbuild.runner.identity.BuildIdentity;
import dev.groundbuild.steps.Leftovers;
import dev.groundbuild.steps.docker.DockerEngine;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerEngine.Owned;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "clean",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Remove the containers, networks and volumes that killed builds have left on the engine.",
      "Only what carries Groundbuild's labels, and of it only what belongs to no living build, is"
          + " removed."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild clean",
      "  groundbuild clean --kept",
      "  groundbuild clean --other-hosts",
      "  groundbuild clean --caches"
    })
final class CleanCommand implements Callable<Integer> {
  private final Shell shell;

  @Option(
      names = "--other-hosts",
      description = {
        "Also what was left by builds that ran on other hosts, or in containers, against this"
            + " engine.",
        "Whether those still run can't be seen from here: be sure that they don't."
      })
  private boolean otherHosts;

  @Option(
      names = "--kept",
      description =
          "Also what --keep-workspace and --debug have kept for groundbuild resume and groundbuild"
              + " shell.")
  private boolean kept;

  @Option(names = "--caches", description = "Also all caches; groundbuild caches lists them.")
  private boolean caches;

  CleanCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    try (ContainerEngine engine = DockerEngine.ofEnvironment()) {
      List<Owned> removed = new ArrayList<>(kept ? Leftovers.removeKept(engine) : List.of());
      removed.addAll(otherHosts ? Leftovers.removeForeign(engine) : Leftovers.removeDead(engine));
      for (Owned object : removed) {
        shell
            .out()
            .println(
                "removed " + object.type().name().toLowerCase(Locale.ROOT) + " " + object.name());
      }
      for (Owned network : Leftovers.networksOfDead(engine)) {
        shell
            .err()
            .println(
                "groundbuild: network "
                    + network.name()
                    + " stays until the engine is restarted: it counts a container there that is gone");
      }
      NetworkName.removeDead();
      int sockets = DockerEngine.removeDeadSockets();
      if (sockets > 0) {
        shell.out().println("removed " + sockets + (sockets == 1 ? " socket" : " sockets"));
      }
      int rules = BuildIdentity.removeDead();
      if (rules > 0) {
        shell.out().println("removed " + rules + (rules == 1 ? " rule" : " rules"));
      }
      boolean none = removed.isEmpty() && sockets == 0 && rules == 0;
      if (caches) {
        none &= CacheTable.removeAll(engine, shell.out()) == 0;
      }
      if (none) {
        shell.out().println("nothing is left of killed builds");
      }
      shell.out().flush();
      return ExitCode.SUCCESS;
    }
  }
}
