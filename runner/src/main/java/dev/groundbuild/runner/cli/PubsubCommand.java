package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.pubsub.PubsubServer;
import dev.groundbuild.runner.status.StateFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "pubsub",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Run a Pub/Sub on this machine, for whatever uses Google's: builds that publish their status,"
          + " subscribers, notifiers.",
      "It speaks Google's protocol without TLS and credentials, so keep it on this machine. What was"
          + " published is kept on disk. Ctrl-C ends it.",
      "The commands below talk to it, or to another at PUBSUB_EMULATOR_HOST."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild pubsub --topic=cloud-builds        until Ctrl-C",
      "",
      "  groundbuild pubsub subscriptions create mine --topic=cloud-builds",
      "  groundbuild pubsub pull mine --follow --ack    in another terminal",
      "",
      "  export PUBSUB_EMULATOR_HOST=127.0.0.1:8085     for any client of Pub/Sub",
      "",
      "Exit codes: 0 ended with Ctrl-C, or done; 1 refused, or nobody answers; 2 usage; 3 disk."
    })
final class PubsubCommand implements Callable<Integer> {
  private static final Pattern HOST_PORT =
      Pattern.compile("(?:(\\[[0-9a-fA-F:]+]|[^:]*):)?(\\d{1,5})");

  private final Shell shell;

  @Option(
      names = "--host-port",
      paramLabel = "HOST:PORT",
      defaultValue = PubsubClientOptions.ADDRESS,
      description = "Where to listen; ${DEFAULT-VALUE} by default. Port 0 is any that is free.")
  private String hostPort = PubsubClientOptions.ADDRESS;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where to keep everything; pubsub in the folder of what is kept by default.")
  private @Nullable String dataDir;

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description =
          "Make this topic at the start, unless it is there. May be given more than once.")
  private List<String> topics = List.of();

  @Option(
      names = "--auto-create",
      description =
          "Make a topic that is not there when somebody uses it, instead of answering NOT_FOUND.")
  private boolean autoCreate;

  @Option(
      names = "--project",
      paramLabel = "ID",
      description =
          "The project of --topic names that are not full. Default: as for groundbuild run.")
  private @Nullable String project;

  private PubsubCommand(Shell shell) {
    this.shell = shell;
  }

  static CommandLine line(Shell shell) {
    return new CommandLine(new PubsubCommand(shell))
        .addSubcommand(PubsubTopicsCommand.line(shell))
        .addSubcommand(PubsubSubscriptionsCommand.line(shell))
        .addSubcommand(new PubsubPublishCommand(shell))
        .addSubcommand(new PubsubPullCommand(shell));
  }

  private record Address(String host, int port) {}

  @Override
  public Integer call() throws IOException {
    Address address = address();
    Path folder =
        dataDir == null ? StateFolder.of(shell.env()).resolve("pubsub") : shell.path(dataDir);
    PubsubServer.Settings settings =
        new PubsubServer.Settings(
            folder,
            address.host(),
            address.port(),
            autoCreate,
            topics.stream().map(this::full).toList());
    try (Cancelling _ =
            Cancelling.ending("the Pub/Sub server", Thread.currentThread(), shell.err());
        PubsubServer server = PubsubServer.start(settings, InstantSource.system(), this::remark)) {
      String shown = address.host().contains(":") ? "[" + address.host() + "]" : address.host();
      shell.out().println("export PUBSUB_EMULATOR_HOST=" + shown + ":" + server.port());
      shell.out().flush();
      server.await();
    } catch (InterruptedException _) {
      // The usual end.
    }
    return ExitCode.SUCCESS;
  }

  private void remark(String sentence) {
    shell.err().println("groundbuild: " + sentence);
  }

  private String full(String topic) {
    return topic.contains("/")
        ? topic
        : "projects/" + PubsubClientOptions.project(project, shell.env()) + "/topics/" + topic;
  }

  private Address address() {
    Matcher m = HOST_PORT.matcher(hostPort);
    if (!m.matches() || Integer.parseInt(m.group(2)) > 65_535) {
      throw new UsageException(
          "--host-port=" + hostPort + ": write HOST:PORT or PORT, such as 127.0.0.1:8085");
    }
    String host = m.group(1) == null || m.group(1).isEmpty() ? "127.0.0.1" : m.group(1);
    return new Address(host.replaceAll("[\\[\\]]", ""), Integer.parseInt(m.group(2)));
  }
}
