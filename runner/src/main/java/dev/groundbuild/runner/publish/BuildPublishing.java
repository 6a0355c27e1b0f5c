package dev.groundbuild.runner.publish;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.BuildEvent;
import dev.groundbuild.runner.publish.Outbox.Slot;
import dev.groundbuild.runner.publish.Sender.News;
import dev.groundbuild.runner.publish.Sender.Report;
import dev.groundbuild.runner.publish.Sender.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Publishes one build. Cloud Build: one message each for QUEUED, WORKING and the end; a build that
 * is taken up again (which Cloud Build does not know) has one for WORKING and its end again. The
 * build's thread writes each message to the outbox; a thread of its own sends them.
 */
public final class BuildPublishing implements Publishing {
  /** How long a message may be on its way before it is sent again. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration TO_STOP = Duration.ofSeconds(2);
  private static final Duration QUIET = Duration.ofSeconds(2);

  private final Settings settings;
  private final Outbox outbox;
  private final Consumer<String> say;
  private final BlockingQueue<News> news = new LinkedBlockingQueue<>();
  private final FutureTask<Report> sending;
  private final Thread thread;
  private final boolean again;
  private final List<Waiting> published = new ArrayList<>();
  private Build build;
  private int number;
  private String unkept = "";

  /**
   * Where to, and for how long.
   *
   * @param deadline how long the last message may take after the build's end
   */
  public record Settings(Topic topic, Destination destination, Duration deadline) {}

  /**
   * @param build as it is queued
   * @param again whether it was run before
   * @param say takes what the user should know, a line each
   */
  public BuildPublishing(
      Settings settings, Outbox outbox, Build build, boolean again, Consumer<String> say) {
    this.settings = settings;
    this.outbox = outbox;
    this.build = build;
    this.again = again;
    this.say = say;
    Destination destination = settings.destination();
    Sender sender =
        new Sender(
            outbox,
            build.getId(),
            new Post(destination, PATIENCE),
            new Backlog(outbox, destination, build.getId()),
            news);
    sweep();
    sender.lock(); // from here on nobody else sends messages of this build
    takeUp();
    sending = new FutureTask<>(sender);
    thread = Thread.ofPlatform().daemon().name("publish").start(sending);
  }

  private void sweep() {
    try {
      outbox.sweep();
    } catch (IOException _) {
      // It is in nobody's way.
    }
  }

  /** What an earlier attempt could not send goes first. */
  private void takeUp() {
    try {
      List<Slot> slots = outbox.ofBuild(build.getId());
      number = slots.isEmpty() ? 0 : slots.getLast().number();
      for (Slot slot : slots) {
        slot.read()
            .filter(settings.destination()::takes)
            .ifPresent(
                message -> news.add(new News.Added(new Waiting(message, Optional.of(slot)))));
      }
    } catch (IOException e) {
      say.accept("what could not be published before stays so: " + e.getMessage());
    }
  }

  @Override
  public void on(BuildEvent event) {
    switch (event) {
      case BuildEvent.Queued queued -> {
        build = queued.build();
        if (!again) {
          publish(build, queued.at());
        }
      }
      case BuildEvent.Started started -> {
        build = StatusData.working(build, started.at());
        publish(build, started.at());
      }
      case BuildEvent.Ended ended -> publish(ended.outcome().build(), ended.at());
      default -> {}
    }
  }

  private void publish(Build changed, Instant at) {
    StatusMessage message =
        new StatusMessage(
            settings.topic().toString(),
            settings.destination().emulator().isPresent(),
            changed.getId(),
            changed.getStatus().name(),
            StatusData.of(changed, at));
    number++;
    Optional<Slot> slot = Optional.empty();
    try {
      slot = Optional.of(outbox.add(message, number));
    } catch (IOException e) {
      unkept = "they can't be kept in " + outbox.folder() + ": " + e.getMessage();
    }
    Waiting waiting = new Waiting(message, slot);
    published.add(waiting);
    news.add(new News.Added(waiting));
  }

  @Override
  public void close() {
    news.add(new News.Over());
    try {
      tell(report());
    } catch (InterruptedException _) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      // What becomes of the messages decides nothing about the build.
      say.accept("warning: publishing the build's status has failed: " + e.getCause());
    }
  }

  private Report report() throws InterruptedException, ExecutionException {
    Duration limit = settings.deadline();
    Duration quiet = QUIET.compareTo(limit) < 0 ? QUIET : limit;
    try {
      return sending.get(quiet.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      return patiently(limit.minus(quiet));
    }
  }

  private Report patiently(Duration limit) throws InterruptedException, ExecutionException {
    if (!limit.isZero()) {
      say.accept(
          "waiting for "
              + settings.destination()
              + " to take the build's status, for up to "
              + limit.plusMillis(999).toSeconds()
              + " s (Ctrl-C: it goes out with the next run)");
    }
    try {
      return sending.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      thread.interrupt();
    }
    return afterInterrupt();
  }

  /** Looking for credentials can't be interrupted. */
  private Report afterInterrupt() throws InterruptedException, ExecutionException {
    try {
      return sending.get(TO_STOP.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      return new Report(published.stream().filter(Waiting::isToBeSent).toList(), "", List.of());
    }
  }

  private void tell(Report report) {
    if (!report.left().isEmpty()) {
      String statuses =
          report.left().stream()
              .map(waiting -> waiting.message().status())
              .collect(Collectors.joining(", "));
      say.accept(
          "warning: the build's status ("
              + statuses
              + ") is not published: "
              + (report.problem().isEmpty()
                  ? settings.destination() + " has not answered in time"
                  : report.problem()));
      say.accept(
          unkept.isEmpty()
              ? "it is kept, and goes out with the next run that publishes, or with groundbuild publish"
              : "warning: " + unkept);
    } else if (!report.problem().isEmpty()) {
      say.accept("warning: " + report.problem());
    }
    if (!report.earlier().isEmpty()) {
      say.accept(
          "warning: the status of earlier builds still waits (groundbuild publish --list): "
              + String.join("; ", report.earlier()));
    }
  }
}
