package dev.groundbuild.runner.overlay;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import dev.groundbuild.runner.FinallySteps;
import dev.groundbuild.runner.Preparation;
import dev.groundbuild.runner.config.BuildConfig;
import dev.groundbuild.runner.config.Door;
import dev.groundbuild.runner.config.OverlayText;
import dev.groundbuild.runner.config.Problem;
import dev.groundbuild.runner.config.Suggestion;
import dev.groundbuild.runner.config.Template;
import dev.groundbuild.runner.config.Written.Entry;
import dev.groundbuild.runner.config.Written.Mapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads an overlay: every problem is found, each with its place. */
public final class OverlayReader {
  private static final String FINALLY = "finally";
  private static final String FINALLY_TIMEOUT = "finallyTimeout";
  private static final List<String> KEYS =
      List.of("services", "caches", "steps", FINALLY, FINALLY_TIMEOUT);
  private static final String STEPS_WANTED =
      "the id of a step, and what is said of it, such as test: {retries: {count: 2}}";

  private final Notes notes;
  private final Build build;
  private Duration finallyLimit = FinallySteps.DEFAULT_LIMIT;

  private OverlayReader(Notes notes, Build build) {
    this.notes = notes;
    this.build = build;
  }

  /**
   * An overlay; it is not to be used when one of the problems is an error.
   *
   * @param problems by place
   */
  public record Read(Overlay overlay, List<Problem> problems) {
    public Read {
      problems = List.copyOf(problems);
    }

    public boolean hasErrors() {
      return problems.stream().anyMatch(Problem::isError);
    }
  }

  /**
   * Reads an overlay for a build.
   *
   * @param name what to call the text in problems
   * @param ready the build that it lies over
   */
  public static Read read(String name, byte[] text, Preparation.Ready ready, Door door) {
    OverlayText.Read written = OverlayText.read(name, text, FINALLY);
    Notes notes = new Notes(Template.of(ready.build(), ready.substitutions(), door));
    notes.addAll(written.problems());
    OverlayReader reader = new OverlayReader(notes, ready.build());
    Overlay overlay = reader.overlay(written.root());
    LastStepsReader last = new LastStepsReader(written.steps(), ready, door);
    Optional<LastSteps> lastSteps = last.read(reader.finallyLimit, notes);
    return new Read(
        new Overlay(overlay.services(), overlay.caches(), overlay.steps(), lastSteps),
        notes.problems());
  }

  /**
   * What can be said of an overlay when the build config itself is refused: it is read, and its
   * substitutions stay as they are.
   */
  public static List<Problem> look(String name, byte[] text, BuildConfig config) {
    OverlayText.Read written = OverlayText.read(name, text, FINALLY);
    Notes notes = new Notes(Template.unknown());
    notes.addAll(written.problems());
    notes.addAll(written.steps().problems());
    new OverlayReader(notes, config.build()).overlay(written.root());
    return notes.problems();
  }

  private Overlay overlay(Mapping root) {
    Fields fields = Fields.of(root, "", "an overlay", KEYS, notes);
    finallyLimit = fields.duration(FINALLY_TIMEOUT).orElse(finallyLimit);
    if (finallyLimit.isZero()) {
      fields.error(FINALLY_TIMEOUT, "finallyTimeout must be more than 0");
    }
    List<Cache> caches = new CacheReader(notes, build).read(fields);
    List<SideContainer> services = new SideContainerReader(notes, build, caches).read(fields);
    return new Overlay(services, caches, steps(fields), Optional.empty());
  }

  private SortedMap<Integer, StepOverlay> steps(Fields root) {
    SortedMap<Integer, StepOverlay> steps = new TreeMap<>();
    StepOverlayReader reader = new StepOverlayReader(notes);
    for (var one : root.entries("steps", STEPS_WANTED).entrySet()) {
      String name = one.getKey();
      String path = Fields.join("steps", name);
      Entry entry = one.getValue();
      Optional<Integer> index = index(name);
      if (index.isEmpty()) {
        notes.error(entry.keyAt(), path, unknownStep(name));
      }
      Optional<Mapping> mapping =
          notes.mapping(entry.value(), path, "such as {retries: {count: 2}}");
      if (mapping.isEmpty()) {
        continue;
      }
      StepOverlay step = reader.read(mapping.get(), path);
      if (index.isPresent() && steps.put(index.get(), step) != null) {
        notes.error(entry.keyAt(), path, "this step is here already, by its other name");
      }
    }
    return steps;
  }

  /** A step by its id, or else by its number from 0. */
  private Optional<Integer> index(String name) {
    for (int i = 0; i < build.getStepsCount(); i++) {
      if (build.getSteps(i).getId().equals(name)) {
        return Optional.of(i);
      }
    }
    boolean number = name.matches("[0-9]{1,6}") && Integer.parseInt(name) < build.getStepsCount();
    return number ? Optional.of(Integer.valueOf(name)) : Optional.empty();
  }

  private String unknownStep(String name) {
    List<String> ids = new ArrayList<>();
    for (BuildStep step : build.getStepsList()) {
      if (!step.getId().isEmpty()) {
        ids.add(step.getId());
      }
    }
    String guess = Suggestion.didYouMean(name, ids);
    String known =
        ids.isEmpty()
            ? "its steps have no ids, so name one by its number, 0 to %d"
                .formatted(build.getStepsCount() - 1)
            : "its steps are " + String.join(", ", ids);
    return "the build config has no step \"%s\"%s"
        .formatted(name, guess.isEmpty() ? "; " + known : guess);
  }
}
