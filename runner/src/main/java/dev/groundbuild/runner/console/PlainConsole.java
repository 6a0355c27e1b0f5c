package dev.groundbuild.runner.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.groundbuild.runner.BuildEvent;
import dev.groundbuild.runner.BuildEvent.Note;
import dev.groundbuild.steps.StepSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes exactly the transcript to one stream, and what Cloud Build's log lacks (warnings, the
 * state of long pulls, the summary of a build that failed or has several steps) to another.
 */
final class PlainConsole implements LogSink {
  private static final Duration BETWEEN_PROGRESS = Duration.ofSeconds(10);

  private final LineWriter out;
  private final OutputStream err;
  private final Palette palette;
  private final Afterwards afterwards;
  private final InstantSource clock;
  private final BuildTally tally = new BuildTally();
  private final Map<Integer, Instant> progressSaid = new HashMap<>();

  PlainConsole(
      OutputStream out,
      OutputStream err,
      Palette palette,
      Afterwards afterwards,
      InstantSource clock) {
    this.out = new LineWriter(out);
    this.err = err;
    this.palette = palette;
    this.afterwards = afterwards;
    this.clock = clock;
  }

  @Override
  public String target() {
    return "standard output";
  }

  @Override
  public void event(BuildEvent event) throws IOException {
    tally.count(event);
    if (event instanceof Note note && note.warning()) {
      say(List.of("WARNING: " + note.text()));
    }
  }

  @Override
  public void line(LogLine line) throws IOException {
    tally.count(line);
    out.write(palette == Palette.COLOURED ? coloured(line) : line);
  }

  private LogLine coloured(LogLine line) {
    if (line.origin().isEmpty()) {
      return line;
    }
    String prefix = palette.step(line.origin().get().step(), new String(line.prefix(), UTF_8));
    return new LogLine(
        line.origin(), prefix.getBytes(UTF_8), line.text(), line.resumes(), line.complete());
  }

  /** At most a line in ten seconds for each step, and none for what is done sooner. */
  @Override
  public void progress(int step, String text) throws IOException {
    Instant now = clock.instant();
    Instant said = progressSaid.putIfAbsent(step, now);
    if (said != null && Duration.between(said, now).compareTo(BETWEEN_PROGRESS) >= 0) {
      progressSaid.put(step, now);
      StepSpec spec = tally.queued().plan().step(step);
      say(List.of(spec.label() + ": " + TerminalText.safe(text, Palette.PLAIN)));
    }
  }

  @Override
  public void tick() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.finish();
    if (tally.outcome().isPresent() && (tally.steps() > 1 || !tally.succeeded())) {
      say(new Summary(tally, afterwards, palette).lines(clock.instant()));
    }
  }

  private void say(List<String> lines) throws IOException {
    out.flush();
    err.write((String.join("\n", lines) + "\n").getBytes(UTF_8));
    err.flush();
  }
}
