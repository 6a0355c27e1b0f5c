package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.pubsub.PubsubClient;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    description = "Make, list and delete topics.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild pubsub topics create cloud-builds",
      "  groundbuild pubsub topics list",
      "  groundbuild pubsub topics delete cloud-builds"
    })
final class PubsubTopicsCommand implements Runnable {
  private final Shell shell;

  @Spec private CommandSpec spec = CommandSpec.create();

  private PubsubTopicsCommand(Shell shell) {
    this.shell = shell;
  }

  static CommandLine line(Shell shell) {
    return new CommandLine(new PubsubTopicsCommand(shell));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Make a topic.",
      footerHeading = "%nExamples:%n",
      footer = "  groundbuild pubsub topics create cloud-builds")
  int create(
      @Parameters(paramLabel = "NAME", description = "Its id, or full name.") String name,
      @Mixin PubsubClientOptions options) {
    try (PubsubClient client = options.open(shell.env())) {
      shell.out().println("created " + client.createTopic(name));
      shell.out().flush();
    }
    return ExitCode.SUCCESS;
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "List the topics of a project.",
      footerHeading = "%nExamples:%n",
      footer = "  groundbuild pubsub topics list --project=my-project")
  int list(@Mixin PubsubClientOptions options) {
    try (PubsubClient client = options.open(shell.env())) {
      client.topics().forEach(shell.out()::println);
      shell.out().flush();
    }
    return ExitCode.SUCCESS;
  }

  @Command(
      name = "delete",
      mixinStandardHelpOptions = true,
      description = "Delete a topic. Its subscriptions stay, and get nothing more.",
      footerHeading = "%nExamples:%n",
      footer = "  groundbuild pubsub topics delete cloud-builds")
  int delete(
      @Parameters(paramLabel = "NAME", description = "Its id, or full name.") String name,
      @Mixin PubsubClientOptions options) {
    try (PubsubClient client = options.open(shell.env())) {
      client.deleteTopic(name);
      shell.out().println("deleted " + name);
      shell.out().flush();
    }
    return ExitCode.SUCCESS;
  }
}
