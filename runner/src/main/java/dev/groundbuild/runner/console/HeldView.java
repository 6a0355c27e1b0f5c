package dev.groundbuild.runner.console;

import dev.groundbuild.runner.BuildEvent;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * A view that keeps silent while the terminal belongs to somebody else, and then shows what it has
 * missed: every event, and the newest of the lines.
 */
public final class HeldView implements LogSink {
  /** More lines than that are not shown later; the kept log has them. */
  static final int MOST_LINES = 5000;

  private final LogSink view;
  private final InstantSource clock;
  private final Deque<Held> held = new ArrayDeque<>();
  private boolean holding;
  private int lines;
  private long dropped;

  /** Something to be shown later. */
  private sealed interface Held {
    record Event(BuildEvent event) implements Held {}

    record Line(LogLine line) implements Held {}
  }

  public HeldView(LogSink view, InstantSource clock) {
    this.view = view;
    this.clock = clock;
  }

  @Override
  public String target() {
    return view.target();
  }

  @Override
  public void hold() throws IOException {
    view.tick();
    view.hold();
    holding = true;
  }

  @Override
  public void release() throws IOException {
    holding = false;
    if (dropped > 0) {
      String text = dropped + " lines of this time are not shown; the kept log has them";
      view.event(new BuildEvent.Note(clock.instant(), true, text));
    }
    for (Held next = held.poll(); next != null; next = held.poll()) {
      switch (next) {
        case Held.Event e -> view.event(e.event());
        case Held.Line l -> view.line(l.line());
      }
    }
    lines = 0;
    dropped = 0;
  }

  @Override
  public void event(BuildEvent event) throws IOException {
    if (holding) {
      held.add(new Held.Event(event));
    } else {
      view.event(event);
    }
  }

  @Override
  public void line(LogLine line) throws IOException {
    if (!holding) {
      view.line(line);
      return;
    }
    held.add(new Held.Line(line));
    lines++;
    if (lines > MOST_LINES) {
      dropOldest();
    }
  }

  /** The build's own lines stay: they tell of events. */
  private void dropOldest() {
    for (Iterator<Held> all = held.iterator(); all.hasNext(); ) {
      if (all.next() instanceof Held.Line l && l.line().origin().isPresent()) {
        all.remove();
        lines--;
        dropped++;
        return;
      }
    }
  }

  @Override
  public void progress(int step, String text) throws IOException {
    if (!holding) {
      view.progress(step, text);
    }
  }

  @Override
  public void tick() throws IOException {
    if (!holding) {
      view.tick();
    }
  }

  @Override
  public void close() throws IOException {
    if (holding) {
      release();
    }
    view.close();
  }
}
