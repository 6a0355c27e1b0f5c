package dev.groundbuild.runner.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "repos",
    mixinStandardHelpOptions = true,
    description = "Work with many git repositories at once.",
    footerHeading = "%nExamples:%n",
    footer = "  groundbuild repos sync")
final class ReposCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  static CommandLine line(Shell shell) {
    return new CommandLine(new ReposCommand()).addSubcommand(new ReposSyncCommand(shell));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
