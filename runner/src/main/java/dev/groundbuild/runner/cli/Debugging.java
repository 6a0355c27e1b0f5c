package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.Intervention;
import dev.groundbuild.runner.console.BuildLog;
import dev.groundbuild.runner.console.ConsoleChoice;
import dev.groundbuild.runner.console.HeldView;
import dev.groundbuild.runner.console.LogSink;
import dev.groundbuild.runner.console.Terminal;
import dev.groundbuild.steps.engine.ContainerEngine;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;

/** What --debug does in one build: a shell where there is a terminal, keeping steps elsewhere. */
final class Debugging {
  private final boolean wanted;
  private final Optional<Integer> chosen;
  private final Optional<Terminal> terminal;
  private final StepKeeping keeping;
  private final ContainerEngine engine;
  private final InstantSource clock;

  private Debugging(
      LaunchOptions options,
      Optional<Integer> chosen,
      Optional<Terminal> terminal,
      ContainerEngine engine,
      InstantSource clock) {
    this.wanted = options.debug.wanted();
    this.chosen = chosen;
    this.terminal = terminal;
    this.keeping = new StepKeeping(engine, clock, chosen, options.keepFor);
    this.engine = engine;
    this.clock = clock;
  }

  static Debugging of(
      Shell shell,
      LaunchOptions options,
      BuildPlan plan,
      ContainerEngine engine,
      InstantSource clock) {
    boolean interactive =
        options.debug.wanted() && shell.own() && options.log != ConsoleChoice.Form.JSON;
    return new Debugging(
        options,
        options.debug.step(plan),
        interactive ? Terminal.ofProcess() : Optional.empty(),
        engine,
        clock);
  }

  /** The view of the build, which can make way for a shell. */
  LogSink view(LogSink view) {
    return terminal.isPresent() ? new HeldView(view, clock) : view;
  }

  Intervention intervention(BuildLog log) {
    if (!wanted) {
      return Intervention.NONE;
    }
    return terminal
        .<Intervention>map(t -> new DebugSession(new ShellTerminal(engine, t), log, chosen))
        .orElse(keeping);
  }

  /** What the user should know at the end of the build. */
  Collection<String> said() {
    return keeping.said();
  }
}
