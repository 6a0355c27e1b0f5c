package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.console.Terminal;
import dev.groundbuild.steps.KeptStep;
import dev.groundbuild.steps.StepShell;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.Exec;
import java.util.Optional;

/** A shell in a kept step, at the user's terminal. */
record ShellTerminal(ContainerEngine engine, Terminal terminal) {

  /** Opens a shell and returns its exit code when it has ended. */
  int open(KeptStep step, StepShell shell) {
    say("a shell in " + step.label() + ", with what it has left; exit or Ctrl-D ends the shell");
    if (step.shell().isEmpty()) {
      say("the image has no shell: this one is borrowed from the image busybox");
    }
    Exec.Spec spec = new Exec.Spec(shell.command(), Optional.of(terminal.size()));
    return terminal.lendTo(() -> engine.exec(shell.container(), spec, terminal.sink()));
  }

  void say(String text) {
    terminal.print("groundbuild: " + text + "\n");
  }
}
