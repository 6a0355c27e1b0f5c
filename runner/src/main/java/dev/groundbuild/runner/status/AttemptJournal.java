package dev.groundbuild.runner.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.cloudbuild.v1.Build;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.groundbuild.runner.BuildEvent;
import dev.groundbuild.runner.BuildEvent.Ended;
import dev.groundbuild.runner.BuildEvent.FinallyEnded;
import dev.groundbuild.runner.BuildEvent.Phase;
import dev.groundbuild.runner.BuildEvent.PhaseStarted;
import dev.groundbuild.runner.BuildEvent.Started;
import dev.groundbuild.runner.BuildEvent.StepEnded;
import dev.groundbuild.runner.BuildListener;
import dev.groundbuild.steps.StepOutcome;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what each attempt at a build ran, line by line as it happens, so that a process that
 * is killed loses at most the step that ran. Beside the build's record, one JSON object per line.
 * Used by the build's thread alone; what cannot be written does not disturb the build.
 */
public final class AttemptJournal implements BuildListener, AutoCloseable {
  private static final String STEP = "step";

  private final OutputStream out;
  private final int attempt;
  private @Nullable String problem;

  private AttemptJournal(OutputStream out, int attempt) {
    this.out = out;
    this.attempt = attempt;
  }

  /** Goes on with a build's journal, or begins it. */
  public static AttemptJournal open(KeptBuild build, int attempt) throws IOException {
    Path file = file(build);
    if (Files.exists(file)) {
      dropHalfALine(file);
    } else {
      Files.createFile(file, BuildHistory.FILE);
    }
    // Not a channel, which an interrupt would close.
    return new AttemptJournal(new FileOutputStream(file.toFile(), true), attempt);
  }

  /** What a process wrote when it was killed, or the disk was full. */
  private static void dropHalfALine(Path file) throws IOException {
    byte[] text = Files.readAllBytes(file);
    int end = text.length;
    while (end > 0 && text[end - 1] != '\n') {
      end--;
    }
    if (end < text.length) {
      WholeFile.write(file, Arrays.copyOf(text, end), BuildHistory.FILE);
    }
  }

  private static Path file(KeptBuild build) {
    return build.folder().resolve("attempts.jsonl");
  }

  @Override
  public void on(BuildEvent event) {
    switch (event) {
      case Started started -> {
        JsonObject json = line("started", started.at());
        json.addProperty("attempt", attempt);
        write(json);
      }
      case PhaseStarted phase when phase.phase() == Phase.BUILD -> write(line("ready", phase.at()));
      case StepEnded ended -> {
        JsonObject json = StepOutcomeJson.write(ended.outcome());
        json.addProperty("type", STEP);
        json.addProperty(STEP, ended.step().index());
        ended.step().id().ifPresent(id -> json.addProperty("id", id));
        json.addProperty("done", ended.forgiven() || succeeded(ended.outcome()));
        if (ended.attempts() > 1) {
          json.addProperty("attempts", ended.attempts());
        }
        write(json);
      }
      case FinallyEnded ended -> {
        JsonObject json = StepOutcomeJson.write(ended.outcome());
        json.addProperty("type", "finally");
        json.addProperty("name", ended.step().label());
        write(json);
      }
      case Ended ended -> {
        JsonObject json = line("finished", ended.at());
        json.addProperty("status", ended.outcome().status().name());
        write(json);
      }
      default -> {}
    }
  }

  private static boolean succeeded(StepOutcome outcome) {
    return outcome instanceof StepOutcome.Exited exited && exited.code() == 0;
  }

  private static JsonObject line(String type, Instant at) {
    JsonObject json = new JsonObject();
    json.addProperty("type", type);
    json.addProperty("time", at.toString());
    return json;
  }

  /** After a line that could not be written whole, no other may follow. */
  private void write(JsonObject json) {
    if (problem != null) {
      return;
    }
    try {
      out.write((json + "\n").getBytes(UTF_8));
    } catch (IOException e) {
      problem = "what each step did is not kept, so the build can't be resumed: " + e.getMessage();
    }
  }

  /** Why the journal is not up to date; empty if it is. */
  public Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      problem = "what each step did is not kept: " + e.getMessage();
    }
  }

  /**
   * All attempts at a build, in order; none for a build that was run before there were journals.
   *
   * @throws IOException if the journal cannot be read; the message names it
   */
  public static List<Attempt> read(KeptBuild build) throws IOException {
    List<Attempt> attempts = new ArrayList<>();
    String text;
    try {
      text = Files.readString(file(build));
    } catch (NoSuchFileException _) {
      return attempts;
    }
    // A line that was cut off has no line feed.
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
      try {
        take(JsonParser.parseString(line).getAsJsonObject(), attempts);
      } catch (JsonParseException
          | IllegalStateException
          | IllegalArgumentException
          | DateTimeException e) {
        throw new IOException(file(build) + " is not a journal of attempts: " + e.getMessage(), e);
      }
    }
    return attempts;
  }

  private static void take(JsonObject json, List<Attempt> attempts) {
    String type = StepOutcomeJson.required(json, "type").getAsString();
    if (type.equals("started")) {
      attempts.add(
          new Attempt(
              StepOutcomeJson.required(json, "attempt").getAsInt(),
              StepOutcomeJson.instant(json, "time"),
              Optional.empty(),
              Build.Status.WORKING,
              false,
              Map.of()));
      return;
    }
    if (attempts.isEmpty()) {
      throw new IllegalStateException("no attempt has begun");
    }
    Attempt last = attempts.removeLast();
    attempts.add(
        switch (type) {
          case "ready" -> last.begun();
          case STEP ->
              last.with(
                  StepOutcomeJson.required(json, STEP).getAsInt(),
                  new Attempt.Ran(
                      StepOutcomeJson.read(json),
                      StepOutcomeJson.required(json, "done").getAsBoolean()));
          case "finished" ->
              last.finished(
                  StepOutcomeJson.instant(json, "time"),
                  Build.Status.valueOf(StepOutcomeJson.required(json, "status").getAsString()));
          default -> last;
        });
  }
}
