package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.pubsub.PubsubClient;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "publish",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Publish one message, and print its id.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild pubsub publish cloud-builds --data='{}' --attribute=status=SUCCESS",
      "  groundbuild pubsub publish cloud-builds --data-file=build.json"
    })
final class PubsubPublishCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(paramLabel = "TOPIC", description = "Its id, or full name.")
  private String topic = "";

  @Option(names = "--data", paramLabel = "TEXT", description = "What the message says.")
  private @Nullable String data;

  @Option(
      names = "--data-file",
      paramLabel = "FILE",
      description = "The same from a file; - is standard input.")
  private @Nullable String dataFile;

  @Option(
      names = "--attribute",
      paramLabel = "KEY=VALUE",
      description = "An attribute. May be given more than once.")
  private Map<String, String> attributes = new LinkedHashMap<>();

  @Option(names = "--ordering-key", paramLabel = "KEY", description = "Its ordering key.")
  private String orderingKey = "";

  @Mixin private PubsubClientOptions options = new PubsubClientOptions();

  PubsubPublishCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    if (data != null && dataFile != null) {
      throw new UsageException("give --data or --data-file, not both");
    }
    if (data == null && dataFile == null && attributes.isEmpty()) {
      throw new UsageException("give --data, --data-file or an --attribute");
    }
    try (PubsubClient client = options.open(shell.env())) {
      shell.out().println(client.publish(topic, bytes(), attributes, orderingKey));
      shell.out().flush();
    }
    return ExitCode.SUCCESS;
  }

  private byte[] bytes() {
    if (dataFile != null) {
      return shell.read(dataFile);
    }
    return data == null ? new byte[0] : data.getBytes(StandardCharsets.UTF_8);
  }
}
