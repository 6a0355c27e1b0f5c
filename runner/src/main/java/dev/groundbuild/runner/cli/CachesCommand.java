package dev.groundbuild.runner.cli;

import dev.groundbuild.steps.docker.DockerEngine;
import dev.groundbuild.steps.engine.ContainerEngine;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "caches",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "List what the caches of groundbuild.yaml hold on this engine, the newest state of each"
          + " first.",
      "A build takes the state of its key, or else the newest; see docs/overlay.md."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  groundbuild caches", "  groundbuild clean --caches     removes them"})
final class CachesCommand implements Callable<Integer> {
  private final Shell shell;
  private final InstantSource clock = InstantSource.system();

  CachesCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    try (ContainerEngine engine = DockerEngine.ofEnvironment()) {
      CacheTable.print(engine, clock.instant(), shell.out());
      shell.out().flush();
      return ExitCode.SUCCESS;
    }
  }
}
