package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.overlay.CacheState;
import dev.groundbuild.runner.overlay.CacheStore;
import dev.groundbuild.steps.docker.DockerEngine;
import dev.groundbuild.steps.engine.ContainerEngine;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "caches",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "List what the caches of groundbuild.yaml hold on this engine, the newest state of each first.",
      "A build takes the state of its key, or else the newest; see docs/overlay.md."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  groundbuild caches", "  groundbuild clean --caches     removes them"})
final class CachesCommand implements Callable<Integer> {
  private static final double MEGA = 1e6;

  private final Shell shell;
  private final InstantSource clock = InstantSource.system();

  CachesCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    try (ContainerEngine engine = DockerEngine.ofEnvironment()) {
      List<CacheState> states = new CacheStore(engine).all();
      if (states.isEmpty()) {
        shell.out().println("no caches");
      }
      int width = states.stream().mapToInt(s -> s.name().length()).max().orElse(0);
      for (CacheState state : states) {
        shell.out().println(line(state, width));
      }
      shell.out().flush();
      return ExitCode.SUCCESS;
    }
  }

  private String line(CacheState state, int width) {
    return String.format(
        Locale.ROOT,
        "%-" + Math.max(1, width) + "s  %8.1f MB  %8s ago  %s",
        state.name(),
        state.bytes() / MEGA,
        age(Duration.between(state.saved(), clock.instant())),
        state.key().isEmpty() ? "(no key)" : state.key());
  }

  private static String age(Duration age) {
    if (age.toDays() > 0) {
      return age.toDays() + " d";
    }
    if (age.toHours() > 0) {
      return age.toHours() + " h";
    }
    return age.toMinutes() > 0 ? age.toMinutes() + " min" : Math.max(0, age.toSeconds()) + " s";
  }

  /** Returns how many there were. */
  static int removeAll(ContainerEngine engine, PrintStream out) {
    List<CacheState> removed = new CacheStore(engine).removeAll();
    removed.forEach(state ->
        out.println(
            "removed cache " + state.name() + (state.key().isEmpty() ? "" : " " + state.key())));
    return removed.size();
  }
}
