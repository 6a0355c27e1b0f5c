package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.publish.Outbox;
import dev.groundbuild.runner.publish.PendingMessages;
import dev.groundbuild.runner.publish.StatusMessage;
import dev.groundbuild.runner.status.StateFolder;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "publish",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Send the status messages that could not be sent when their builds ran.",
      "A build that publishes (see groundbuild run --pubsub-topic) keeps each message until Pub/Sub has it, and the",
      "next one that publishes sends what was left. This does so without a build: each message to the topic that",
      "it was meant for, those of a build in their order. What was meant for an emulator goes only to one",
      "(PUBSUB_EMULATOR_HOST), and the rest only to Google's Pub/Sub."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild publish --list",
      "  groundbuild publish",
      "",
      "Exit codes: 0 nothing is left, 1 something still waits."
    })
final class PublishCommand implements Callable<Integer> {
  private final Shell shell;
  private final InstantSource clock = InstantSource.system();

  @Option(names = "--list", description = "Only show what waits.")
  private boolean list;

  @Option(names = "--discard", description = "Drop what waits.")
  private boolean discard;

  @Option(
      names = "--publish-wait",
      paramLabel = "DURATION",
      converter = DurationText.class,
      description = "How long to try while Pub/Sub can't be reached: 10s by default.")
  private Duration wait = Duration.ofSeconds(10);

  PublishCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    if (list && discard) {
      throw new UsageException("--list and --discard exclude each other");
    }
    PendingMessages pending =
        new PendingMessages(Outbox.in(StateFolder.of(shell.env()), clock), clock);
    int code = list ? show(pending.list()) : discard ? drop(pending) : send(pending);
    shell.out().flush();
    return code;
  }

  private int show(List<StatusMessage> messages) {
    for (StatusMessage message : messages) {
      shell
          .out()
          .println(
              "%s  %-14s  %s%s"
                  .formatted(
                      message.buildId(),
                      message.status(),
                      message.topic(),
                      message.emulated() ? "  (emulator)" : ""));
    }
    if (messages.isEmpty()) {
      shell.out().println("no status message waits");
    }
    return ExitCode.SUCCESS;
  }

  private int drop(PendingMessages pending) throws IOException {
    shell.out().println("dropped " + messages(pending.discard()));
    return ExitCode.SUCCESS;
  }

  private int send(PendingMessages pending) throws IOException {
    PendingMessages.Sent sent;
    try {
      sent = pending.send(PublishOptions.destination(shell), wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted: sending status messages");
    }
    shell.out().println("sent " + messages(sent.sent()));
    sent.problems().forEach(problem -> shell.err().println("groundbuild: " + problem));
    if (sent.left() == 0) {
      return ExitCode.SUCCESS;
    }
    shell.err().println("groundbuild: " + messages(sent.left()) + " still wait");
    return ExitCode.BUILD_FAILED;
  }

  private static String messages(int count) {
    return count + (count == 1 ? " message" : " messages");
  }
}
