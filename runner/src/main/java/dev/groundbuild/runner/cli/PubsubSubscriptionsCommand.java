package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.pubsub.PubsubClient;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "subscriptions",
    mixinStandardHelpOptions = true,
    description = "Make, list and delete subscriptions.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild pubsub subscriptions create mine --topic=cloud-builds",
      "  groundbuild pubsub subscriptions list",
      "  groundbuild pubsub subscriptions delete mine"
    })
final class PubsubSubscriptionsCommand implements Runnable {
  private final Shell shell;

  @Spec private CommandSpec spec = CommandSpec.create();

  private PubsubSubscriptionsCommand(Shell shell) {
    this.shell = shell;
  }

  static CommandLine line(Shell shell) {
    return new CommandLine(new PubsubSubscriptionsCommand(shell)).addSubcommand(new Create(shell));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = "Make a subscription. It gets what is published from now on.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  groundbuild pubsub subscriptions create mine --topic=cloud-builds",
        "  groundbuild pubsub subscriptions create notify --topic=cloud-builds --push-endpoint=http://127.0.0.1:8080/",
        "  groundbuild pubsub subscriptions create failed --topic=cloud-builds --filter='attributes.status = \"FAILURE\"'"
      })
  static final class Create implements Callable<Integer> {
    private final Shell shell;

    @Parameters(paramLabel = "NAME", description = "Its id, or full name.")
    private String name = "";

    @Option(
        names = "--topic",
        paramLabel = "TOPIC",
        required = true,
        description = "Of which topic.")
    private String topic = "";

    @Option(
        names = "--push-endpoint",
        paramLabel = "URL",
        description = "Each message is posted there, instead of waiting to be pulled.")
    private String pushEndpoint = "";

    @Option(
        names = "--filter",
        paramLabel = "FILTER",
        description =
            "Only messages whose attributes are so, such as attributes.status = \"FAILURE\".")
    private String filter = "";

    @Option(
        names = "--ack-deadline",
        paramLabel = "TIME",
        converter = DurationText.class,
        description = "How long a subscriber has for a message, 10s (default) to 10m.")
    private @Nullable Duration ackDeadline;

    @Option(
        names = "--enable-message-ordering",
        description = "Messages with the same ordering key come one after the other.")
    private boolean ordered;

    @Mixin private PubsubClientOptions options = new PubsubClientOptions();

    private Create(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      int seconds =
          ackDeadline == null ? 0 : Math.toIntExact(Math.min(ackDeadline.toSeconds(), 9999));
      try (PubsubClient client = options.open(shell.env())) {
        String made =
            client.createSubscription(
                new PubsubClient.Wanted(name, topic, pushEndpoint, filter, seconds, ordered));
        shell.out().println("created " + made);
        shell.out().flush();
      }
      return ExitCode.SUCCESS;
    }
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "List the subscriptions of a project, each with its topic.",
      footerHeading = "%nExamples:%n",
      footer = "  groundbuild pubsub subscriptions list")
  int list(@Mixin PubsubClientOptions options) {
    try (PubsubClient client = options.open(shell.env())) {
      client.subscriptions().forEach(s -> shell.out().println(s.getKey() + "  " + s.getValue()));
      shell.out().flush();
    }
    return ExitCode.SUCCESS;
  }

  @Command(
      name = "delete",
      mixinStandardHelpOptions = true,
      description = "Delete a subscription, with the messages that wait in it.",
      footerHeading = "%nExamples:%n",
      footer = "  groundbuild pubsub subscriptions delete mine")
  int delete(
      @Parameters(paramLabel = "NAME", description = "Its id, or full name.") String name,
      @Mixin PubsubClientOptions options) {
    try (PubsubClient client = options.open(shell.env())) {
      client.deleteSubscription(name);
      shell.out().println("deleted " + name);
      shell.out().flush();
    }
    return ExitCode.SUCCESS;
  }
}
