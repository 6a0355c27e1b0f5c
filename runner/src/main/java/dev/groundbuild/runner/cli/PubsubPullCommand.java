package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.pubsub.PubsubClient;
import dev.groundbuild.runner.pubsub.PubsubClient.Pulled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "pull",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Print the messages that wait in a subscription.",
      "Without --ack they come again when their time to be acknowledged is over."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild pubsub pull mine",
      "  groundbuild pubsub pull mine --follow --ack",
      "  groundbuild pubsub pull mine --ack --format=json | jq -r '.message.data | @base64d'"
    })
final class PubsubPullCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(paramLabel = "SUBSCRIPTION", description = "Its id, or full name.")
  private String subscription = "";

  @Option(names = "--follow", description = "Wait for more, until Ctrl-C.")
  private boolean follow;

  @Option(names = "--ack", description = "Acknowledge what was printed.")
  private boolean ack;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "At most so many at once; ${DEFAULT-VALUE} by default.")
  private int limit;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "text (default), or json: a line for each, as it would be posted to an endpoint.")
  private Format format = Format.text;

  enum Format {
    text,
    json
  }

  @Mixin private PubsubClientOptions options = new PubsubClientOptions();

  PubsubPullCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new UsageException("--limit=" + limit + ": must be 1 or more");
    }
    try (Cancelling _ = Cancelling.ending("the pull", Thread.currentThread(), shell.err());
        PubsubClient client = options.open(shell.env())) {
      do {
        List<Pulled> messages = client.pull(subscription, limit, follow);
        messages.forEach(this::print);
        shell.out().flush();
        if (ack && !messages.isEmpty()) {
          client.acknowledge(subscription, messages.stream().map(Pulled::ackId).toList());
        }
      } while (follow && !Thread.interrupted() && !shell.out().checkError());
    } catch (CancellationException e) {
      if (!follow) {
        throw e;
      }
    }
    return ExitCode.SUCCESS;
  }

  private void print(Pulled message) {
    if (format == Format.json) {
      shell.out().println(message.json());
      return;
    }
    String attributes =
        new TreeMap<>(message.attributes())
            .entrySet().stream()
                .map(a -> a.getKey() + "=" + a.getValue())
                .collect(Collectors.joining(" "));
    shell.out().println(plain(message.published() + "  " + message.id() + "  " + attributes));
    new String(message.data(), StandardCharsets.UTF_8)
        .lines()
        .forEach(line -> shell.out().println("  " + plain(line)));
  }

  /** Without what a terminal would take for commands. */
  private static String plain(String line) {
    return line.replaceAll("[\\p{Cntrl}&&[^\\t]]", "\uFFFD").stripTrailing();
  }
}
