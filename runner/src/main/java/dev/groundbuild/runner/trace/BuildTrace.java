package dev.groundbuild.runner.trace;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.BuildEvent;
import dev.groundbuild.runner.BuildEvent.Ended;
import dev.groundbuild.runner.BuildEvent.FinallyEnded;
import dev.groundbuild.runner.BuildEvent.PhaseEnded;
import dev.groundbuild.runner.BuildEvent.PhaseStarted;
import dev.groundbuild.runner.BuildEvent.Queued;
import dev.groundbuild.runner.BuildEvent.StepEnded;
import dev.groundbuild.runner.BuildEvent.StepStarted;
import dev.groundbuild.runner.BuildListener;
import dev.groundbuild.runner.BuildOutcome;
import dev.groundbuild.steps.StepOutcome;
import dev.groundbuild.steps.StepOutcome.Cancelled;
import dev.groundbuild.steps.StepOutcome.Exited;
import dev.groundbuild.steps.StepOutcome.NotStarted;
import dev.groundbuild.steps.StepOutcome.TimedOut;
import dev.groundbuild.steps.StepTrace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Gathers what one build spends its time on. Events come one at a time, but pieces of steps come on
 * the steps' threads, so pieces go through a queue; the whole is asked for when the build is over.
 */
public final class BuildTrace implements BuildListener, StepTrace {
  private final Queue<Piece> pieces = new ConcurrentLinkedQueue<>();
  private final List<BuildEvent> events = new ArrayList<>();

  private record Piece(int step, StepTrace.Phase phase, Instant start, Instant end) {}

  @Override
  public void on(BuildEvent event) {
    events.add(event);
  }

  @Override
  public void span(int step, StepTrace.Phase phase, Instant start, Instant end) {
    pieces.add(new Piece(step, phase, start, end));
  }

  /**
   * The trace as text.
   *
   * @throws IllegalStateException while the build runs
   */
  public String render(TraceFormat format) {
    Queued queued = first(Queued.class).orElseThrow(BuildTrace::tooEarly);
    Ended ended = first(Ended.class).orElseThrow(BuildTrace::tooEarly);
    Span span = span(queued, ended);
    return switch (format) {
      case CHROME -> ChromeTrace.render(queued.build(), queued.plan(), span);
      case OTLP -> OtlpTrace.render(queued.build(), span);
    };
  }

  private static IllegalStateException tooEarly() {
    return new IllegalStateException("the build is not over");
  }

  private <T extends BuildEvent> Optional<T> first(Class<T> type) {
    return events.stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  private Span span(Queued queued, Ended ended) {
    List<Span> children = new ArrayList<>(phases());
    children.addAll(steps(queued.at()));
    BuildOutcome outcome = ended.outcome();
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("build.id", queued.build().getId());
    attributes.put("build.status", outcome.status().name());
    String error =
        outcome.status() == Build.Status.SUCCESS
            ? ""
            : outcome.detail().isEmpty() ? outcome.status().name() : outcome.detail();
    return new Span("build", 0, queued.at(), ended.at(), attributes, error, children);
  }

  private List<Span> phases() {
    Map<BuildEvent.Phase, Instant> begun = new EnumMap<>(BuildEvent.Phase.class);
    List<Span> spans = new ArrayList<>();
    for (BuildEvent event : events) {
      if (event instanceof PhaseStarted started) {
        begun.put(started.phase(), started.at());
      } else if (event instanceof PhaseEnded ended) {
        Instant start = begun.getOrDefault(ended.phase(), ended.at());
        spans.add(Span.leaf(ended.phase().name(), 0, start, ended.at()));
      }
    }
    return spans;
  }

  /** Each step's span begins with that of the steps: it waits its turn, then runs. */
  private List<Span> steps(Instant queued) {
    Instant from =
        events.stream()
            .filter(e -> e instanceof PhaseStarted p && p.phase() == BuildEvent.Phase.BUILD)
            .map(BuildEvent::at)
            .findFirst()
            .orElse(queued);
    Map<Integer, StepStarted> started = new TreeMap<>();
    Map<Integer, StepEnded> ended = new TreeMap<>();
    for (BuildEvent event : events) {
      if (event instanceof StepStarted s) {
        started.put(s.step().index(), s);
      } else if (event instanceof StepEnded e) {
        ended.put(e.step().index(), e);
      }
    }
    List<Span> spans = new ArrayList<>();
    ended.forEach((index, end) -> {
      StepStarted start = started.get(index);
      spans.add(step(from, start == null ? end.at() : start.at(), end));
    });
    for (BuildEvent event : events) {
      if (event instanceof FinallyEnded e) {
        Instant start = e.at().minus(e.took());
        spans.add(
            step(start, start, new StepEnded(e.at(), e.step(), e.outcome(), e.took(), false)));
      }
    }
    return spans;
  }

  private Span step(Instant from, Instant start, StepEnded ended) {
    int index = ended.step().index();
    List<Span> children = new ArrayList<>();
    children.add(Span.leaf("queue", index + 1, from, start));
    for (Piece piece : pieces) {
      if (piece.step() == index) {
        String name = piece.phase().name().toLowerCase(Locale.ROOT);
        children.add(Span.leaf(name, index + 1, piece.start(), piece.end()));
      }
    }
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("step.index", Integer.toString(index));
    ended.step().id().ifPresent(id -> attributes.put("step.id", id));
    attributes.put("step.image", ended.step().image());
    ended.outcome().digest().ifPresent(digest -> attributes.put("step.digest", digest));
    if (ended.outcome() instanceof Exited exited) {
      attributes.put("step.exit_code", Integer.toString(exited.code()));
    }
    if (ended.attempts() > 1) {
      attributes.put("step.attempts", Integer.toString(ended.attempts()));
    }
    String error = error(ended.outcome());
    return new Span(ended.step().label(), index + 1, from, ended.at(), attributes, error, children);
  }

  private static String error(StepOutcome outcome) {
    return switch (outcome) {
      case Exited exited -> exited.code() == 0 ? "" : "exit code " + exited.code();
      case TimedOut _ -> "ran longer than its timeout";
      case Cancelled _ -> "cancelled";
      case NotStarted notStarted -> notStarted.reason();
    };
  }
}
