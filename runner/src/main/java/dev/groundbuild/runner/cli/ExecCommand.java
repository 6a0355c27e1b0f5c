package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.console.Terminal;
import dev.groundbuild.steps.docker.DockerEngine;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerEngine.OutputSink;
import dev.groundbuild.steps.engine.Exec;
import java.io.IOException;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "exec",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Run a command in the container of a step that runs now, with the step's variables and folder.",
      "It has a terminal when this command has one. The exit code is the command's."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild exec last test sh",
      "  groundbuild exec 1f0c2a 0 -- ls -l /workspace",
      "  tar c . | groundbuild exec 1f0c2a 0 tar x",
      "",
      "groundbuild ps shows builds and steps that run."
    })
final class ExecCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(index = "0", paramLabel = "BUILD", description = BuildChoice.DESCRIPTION)
  private String build = "";

  @Parameters(index = "1", paramLabel = "STEP", description = "Id or index of a step.")
  private String step = "";

  @Parameters(index = "2..*", arity = "1..*", paramLabel = "COMMAND", description = "What to run.")
  private List<String> command = new ArrayList<>();

  ExecCommand(Shell shell) {
    this.shell = shell;
  }

  private record Streams(OutputStream stdout, OutputStream stderr) implements OutputSink {}

  @Override
  public Integer call() throws IOException {
    // What follows BUILD is no option of ours, and neither is the mark that says so.
    if (command.getFirst().equals("--")) {
      command.removeFirst();
    }
    if (command.isEmpty()) {
      throw new UsageException("exec needs a command after --, such as: -- sh");
    }
    try (ContainerEngine engine = DockerEngine.ofEnvironment()) {
      String container = find(engine).container();
      Optional<Terminal> terminal = shell.own() ? Terminal.ofProcess() : Optional.empty();
      return terminal.isPresent()
          ? atTerminal(engine, container, terminal.get())
          : piped(engine, container);
    }
  }

  private int atTerminal(ContainerEngine engine, String container, Terminal terminal) {
    Exec.Spec spec = new Exec.Spec(command, Optional.of(terminal.size()));
    return terminal.lendTo(() -> engine.exec(container, spec, terminal.sink()));
  }

  private int piped(ContainerEngine engine, String container) {
    Exec.Spec spec = new Exec.Spec(command, Optional.empty());
    try (Exec program = engine.exec(container, spec, new Streams(shell.out(), shell.err()))) {
      // Waiting for more input must not keep the process alive.
      Thread.ofPlatform().daemon().name("input").start(() -> pass(program));
      int code = program.awaitExit();
      shell.out().flush();
      return code;
    }
  }

  private void pass(Exec program) {
    try (OutputStream to = program.input()) {
      shell.in().transferTo(to);
    } catch (IOException e) {
      // The program no longer reads.
      return;
    }
  }

  private RunningStep find(ContainerEngine engine) throws IOException {
    List<RunningStep> all = RunningStep.on(engine);
    String id =
        BuildChoice.id(
            shell.history(InstantSource.system()), build, all.stream().map(RunningStep::build));
    List<RunningStep> running = all.stream().filter(s -> s.build().equals(id)).toList();
    if (running.isEmpty()) {
      throw new UsageException(
          "no step of build " + id + " runs now; groundbuild ps shows those that do");
    }
    return StepChoice.named(step, running, RunningStep::id, RunningStep::index).stream()
        .findFirst()
        .orElseThrow(() ->
            new UsageException(
                "no step \""
                    + step
                    + "\" of build "
                    + id
                    + " runs now; these do: "
                    + running.stream().map(RunningStep::label).collect(Collectors.joining(", "))));
  }
}
