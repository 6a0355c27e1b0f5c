package dev.groundbuild.runner.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.groundbuild.runner.BuildEvent;
import dev.groundbuild.runner.BuildEvent.FinallyEnded;
import dev.groundbuild.runner.BuildEvent.Note;
import dev.groundbuild.runner.BuildEvent.StepEnded;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * A terminal with the log scrolling above and one line for each running step below it. The lower
 * part is drawn again at every tick at which something has changed, a running clock included.
 *
 * <p>No mode of the terminal is ever changed and the cursor always rests below the drawing, so
 * there is nothing to restore however the program ends.
 */
final class LiveConsole implements LogSink {
  /** More of a line than this is not shown; the kept log has it. */
  private static final int LONGEST_LINE = 8000;

  /** So much of the log may wait for the next tick. */
  private static final int PENDING = 1 << 16;

  private final LiveScreen screen;
  private final Palette palette;
  private final Afterwards afterwards;
  private final InstantSource clock;
  private final BuildTally tally = new BuildTally();
  private final StatusArea area;
  private final StringBuilder pending = new StringBuilder();
  private List<String> drawn = List.of();

  /** What the Finished line of the step that has just ended says beyond the transcript. */
  private String result = "";

  LiveConsole(
      OutputStream out,
      Supplier<Size> size,
      Palette palette,
      Afterwards afterwards,
      InstantSource clock) {
    this.screen = new LiveScreen(out, size);
    this.palette = palette;
    this.afterwards = afterwards;
    this.clock = clock;
    this.area = new StatusArea(tally, palette);
  }

  @Override
  public String target() {
    return "the terminal";
  }

  @Override
  public void event(BuildEvent event) throws IOException {
    tally.count(event);
    result = "";
    if (event instanceof StepEnded ended) {
      result = result(ended);
      area.forget(ended.step().index());
    } else if (event instanceof FinallyEnded ended) {
      StepEnded same = tally.last().get(ended.step().index());
      result = same == null ? "" : result(same);
      area.forget(ended.step().index());
    } else if (event instanceof Note note && note.warning()) {
      say(palette.doubtful("WARNING: ") + safe(note.text()));
    }
  }

  private String result(StepEnded ended) {
    return ": "
        + StepResult.of(ended).text(Integer.MAX_VALUE, palette)
        + palette.faint(" (" + Took.text(ended.took()) + ")");
  }

  @Override
  public void line(LogLine line) throws IOException {
    tally.count(line);
    String text = TerminalText.safe(line.text(), LONGEST_LINE, palette);
    if (line.origin().isPresent()) {
      int step = line.origin().get().step();
      area.last(step, text);
      say(palette.step(step, new String(line.prefix(), UTF_8)) + text);
    } else if (line.prefix().length > 0) {
      say(palette.faint(new String(line.prefix(), UTF_8)) + text);
    } else {
      say(palette.strong(text) + result);
    }
  }

  @Override
  public void progress(int step, String text) {
    area.last(step, safe(text));
  }

  private String safe(String text) {
    return TerminalText.safe(text, palette);
  }

  private void say(String line) throws IOException {
    pending.append(line).append('\n');
    if (pending.length() > PENDING) {
      draw();
    }
  }

  @Override
  public void tick() throws IOException {
    draw();
  }

  @Override
  public void hold() throws IOException {
    screen.draw(pending.toString(), List.of(), screen.size());
    pending.setLength(0);
    drawn = List.of();
  }

  private void draw() throws IOException {
    Size size = screen.size();
    List<String> lines = area.lines(clock.instant(), size);
    if (!pending.isEmpty() || !lines.equals(drawn) || screen.resized(size)) {
      screen.draw(pending.toString(), lines, size);
      pending.setLength(0);
      drawn = lines;
    }
  }

  @Override
  public void close() throws IOException {
    if (tally.outcome().isPresent()) {
      Instant now = clock.instant();
      pending.append('\n');
      new Summary(tally, afterwards, palette)
          .lines(now)
          .forEach(l -> pending.append(l).append('\n'));
    }
    screen.draw(pending.toString(), List.of(), screen.size());
  }
}
