package dev.groundbuild.runner.console;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.BuildEvent;
import dev.groundbuild.runner.BuildEvent.Ended;
import dev.groundbuild.runner.BuildEvent.FinallyEnded;
import dev.groundbuild.runner.BuildEvent.FinallyStarted;
import dev.groundbuild.runner.BuildEvent.Queued;
import dev.groundbuild.runner.BuildEvent.Started;
import dev.groundbuild.runner.BuildEvent.StepEnded;
import dev.groundbuild.runner.BuildEvent.StepKept;
import dev.groundbuild.runner.BuildEvent.StepStarted;
import dev.groundbuild.runner.BuildOutcome;
import dev.groundbuild.steps.StepOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Counts along with a build what is told at its end. */
final class BuildTally {
  private static final int TAIL_LINES = 20;
  private static final int TAIL_BYTES = 4096;

  private final SortedMap<Integer, StepStarted> running = new TreeMap<>();
  private final SortedMap<Integer, StepEnded> ended = new TreeMap<>();
  private final SortedMap<Integer, StepEnded> last = new TreeMap<>();
  private final Set<Integer> kept = new TreeSet<>();
  private List<Deque<byte[]>> tails = List.of();
  private @Nullable Queued queued;
  private @Nullable Instant began;
  private @Nullable StepEnded failed;
  private @Nullable Ended end;

  void count(BuildEvent event) {
    switch (event) {
      case Queued q -> {
        queued = q;
        began = q.at();
        tails = new ArrayList<>();
        q.plan().allSteps().forEach(_ -> tails.add(new ArrayDeque<>(TAIL_LINES)));
      }
      case Started s -> began = s.at();
      case StepKept s -> {
        StepOutcome.Timing timing = s.outcome().timing();
        Duration took = Duration.between(timing.start(), timing.end());
        int index = s.step().index();
        kept.add(index);
        ended.put(index, new StepEnded(s.at(), s.step(), s.outcome(), took, s.forgiven()));
      }
      case StepStarted s -> running.put(s.step().index(), s);
      case StepEnded s -> {
        running.remove(s.step().index());
        ended.put(s.step().index(), s);
        if (failed == null && StepResult.of(s).endsBuild()) {
          failed = s;
        } else {
          tails.get(s.step().index()).clear();
        }
      }
      case FinallyStarted s -> running.put(s.step().index(), new StepStarted(s.at(), s.step()));
      case FinallyEnded s -> {
        running.remove(s.step().index());
        last.put(s.step().index(), new StepEnded(s.at(), s.step(), s.outcome(), s.took(), false));
      }
      case Ended e -> end = e;
      case BuildEvent.PhaseStarted _,
          BuildEvent.PhaseEnded _,
          BuildEvent.StepRetried _,
          BuildEvent.FinallyBegun _,
          BuildEvent.Note _ -> {}
    }
  }

  void count(LogLine line) {
    if (line.origin().isPresent()) {
      Deque<byte[]> tail = tails.get(line.origin().get().step());
      if (tail.size() == TAIL_LINES) {
        tail.removeFirst();
      }
      byte[] text = line.text();
      tail.addLast(text.length > TAIL_BYTES ? Arrays.copyOf(text, TAIL_BYTES) : text);
    }
  }

  Queued queued() {
    if (queued == null) {
      throw new IllegalStateException("a build's first event must be Queued");
    }
    return queued;
  }

  boolean hasBegun() {
    return queued != null;
  }

  int steps() {
    return queued().plan().steps().size();
  }

  /** How many steps have not begun. */
  int waiting() {
    long begun = running.keySet().stream().filter(index -> index < steps()).count();
    return steps() - ended.size() - (int) begun;
  }

  boolean succeeded() {
    return outcome().filter(o -> o.status() == Build.Status.SUCCESS).isPresent();
  }

  SortedMap<Integer, StepStarted> running() {
    return running;
  }

  SortedMap<Integer, StepEnded> ended() {
    return ended;
  }

  /**
   * How the steps ended that run however the build ended; the number of the first is {@link
   * #steps}.
   */
  SortedMap<Integer, StepEnded> last() {
    return last;
  }

  /** Whether an earlier attempt has run the step; it is among the ended ones, too. */
  boolean isKept(int step) {
    return kept.contains(step);
  }

  /** The first step whose failure ended the build. */
  Optional<StepEnded> failed() {
    return Optional.ofNullable(failed);
  }

  Optional<BuildOutcome> outcome() {
    return Optional.ofNullable(end).map(Ended::outcome);
  }

  /** The last lines of the failed step, at most 20, each cut to 4 KB. */
  List<byte[]> tail(int step) {
    return List.copyOf(tails.get(step));
  }

  /** From the build's start to its end, or until now. */
  Duration took(Instant now) {
    Instant start = began == null ? now : began;
    return Duration.between(start, end == null ? now : end.at());
  }

  /** The chain of steps that made the build take as long as it did, without those of before. */
  List<Integer> criticalPath() {
    Map<Integer, Duration> took = new TreeMap<>();
    ended.forEach((step, event) -> took.put(step, event.took()));
    took.keySet().removeAll(kept);
    return queued().plan().criticalPath(took);
  }
}
