package dev.groundbuild.runner.console;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.BuildEvent;
import dev.groundbuild.runner.BuildEvent.Ended;
import dev.groundbuild.runner.BuildEvent.FinallyBegun;
import dev.groundbuild.runner.BuildEvent.FinallyEnded;
import dev.groundbuild.runner.BuildEvent.FinallyStarted;
import dev.groundbuild.runner.BuildEvent.Note;
import dev.groundbuild.runner.BuildEvent.Phase;
import dev.groundbuild.runner.BuildEvent.PhaseEnded;
import dev.groundbuild.runner.BuildEvent.PhaseStarted;
import dev.groundbuild.runner.BuildEvent.Queued;
import dev.groundbuild.runner.BuildEvent.Started;
import dev.groundbuild.runner.BuildEvent.StepEnded;
import dev.groundbuild.runner.BuildEvent.StepKept;
import dev.groundbuild.runner.BuildEvent.StepRetried;
import dev.groundbuild.runner.BuildEvent.StepStarted;
import dev.groundbuild.runner.BuildOutcome;
import dev.groundbuild.steps.StepSpec;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The lines that Cloud Build itself writes into a build's log. Cloud Build: the log begins with
 * {@code starting build "ID"} and an empty line; phases are announced by their name; every step has
 * a Starting and a Finished line, a failed one too, unless the build has a single step; the end is
 * DONE, or ERROR, TIMEOUT or CANCELLED followed by {@code ERROR: } and the reason.
 *
 * <p>Cloud Build announces FETCHSOURCE and PUSH also where there is nothing to fetch or push, and
 * SETUPBUILD only in some regions, so never here.
 */
final class Transcript {
  private static final List<Phase> ANNOUNCED = List.of(Phase.FETCHSOURCE, Phase.BUILD, Phase.PUSH);

  private final Set<Phase> reached = EnumSet.noneOf(Phase.class);
  private String buildId = "";
  private boolean singleStep;
  private boolean begun;

  /** The lines that an event adds to the log. */
  List<String> linesFor(BuildEvent event) {
    List<String> lines = new ArrayList<>();
    switch (event) {
      case Queued queued -> {
        buildId = queued.build().getId();
        singleStep = queued.plan().steps().size() == 1;
      }
      case Started _ -> begin(lines);
      case PhaseStarted started -> reach(started.phase(), lines);
      case PhaseEnded _ -> {}
      case StepKept kept -> step("Already finished ", kept.step(), lines);
      case StepStarted started -> step("Starting ", started.step(), lines);
      case StepRetried _ -> {} // the step's own lines say so
      case StepEnded ended -> step("Finished ", ended.step(), lines);
      case FinallyBegun begun -> begin(begun, lines);
      case FinallyStarted started -> lines.add("Starting " + started.step().label());
      case FinallyEnded ended -> lines.add("Finished " + ended.step().label());
      case Note note -> note(note, lines);
      case Ended ended -> end(ended.outcome(), lines);
    }
    return lines;
  }

  /** What stands before each output line of a step. */
  String prefix(StepSpec step) {
    return prefix(singleStep && step.index() == 0 ? 1 : 2, step.label());
  }

  /** The same for the step of this label in a build of so many steps. */
  static String prefix(int steps, String label) {
    return steps == 1 ? "" : label + ": ";
  }

  private void begin(List<String> lines) {
    if (!begun) {
      begun = true;
      lines.add("starting build \"" + buildId + "\"");
      lines.add("");
    }
  }

  private void reach(Phase phase, List<String> lines) {
    begin(lines);
    for (Phase earlier : ANNOUNCED) {
      if (earlier.compareTo(phase) <= 0 && reached.add(earlier)) {
        lines.add(earlier.name());
      }
    }
  }

  /** Here only: what comes after everything else that the cloud does. */
  private void begin(FinallyBegun begun, List<String> lines) {
    begin(lines);
    if (begun.status() == Build.Status.SUCCESS) {
      reach(Phase.PUSH, lines);
    }
    lines.add("FINALLY");
  }

  private void step(String what, StepSpec step, List<String> lines) {
    reach(Phase.BUILD, lines);
    if (!singleStep) {
      lines.add(what + step.label());
    }
  }

  private void note(Note note, List<String> lines) {
    if (!note.warning()) {
      begin(lines);
      lines.addAll(note.text().lines().toList());
    }
  }

  private void end(BuildOutcome outcome, List<String> lines) {
    if (outcome.status() == Build.Status.SUCCESS) {
      reach(Phase.PUSH, lines);
      lines.add("DONE");
      return;
    }
    begin(lines);
    lines.add(
        switch (outcome.status()) {
          case TIMEOUT -> "TIMEOUT";
          case CANCELLED -> "CANCELLED";
          default -> "ERROR";
        });
    if (!outcome.detail().isEmpty()) {
      lines.add("ERROR: " + outcome.detail());
    }
  }
}
