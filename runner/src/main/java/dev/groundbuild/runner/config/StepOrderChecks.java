package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Ids and {@code waitFor}. Cloud Build: a step may wait for steps that are defined before it, and
 * for no other, so that there are no cycles (spec 1.3 and 3.5).
 */
final class StepOrderChecks {
  /** In waitFor: start at once. */
  private static final String AT_ONCE = "-";

  private final Build build;
  private final Findings findings;
  private final Map<String, Integer> earlier = new HashMap<>();

  StepOrderChecks(Build build, Findings findings) {
    this.build = build;
    this.findings = findings;
  }

  void check() {
    boolean allIdsKnown =
        IntStream.range(0, build.getStepsCount())
            .noneMatch(i -> findings.isUnreadable("steps[" + i + "].id"));
    for (int i = 0; i < build.getStepsCount(); i++) {
      if (allIdsKnown) {
        checkWaitFor(i);
      }
      checkId(i);
    }
  }

  private void checkId(int index) {
    String id = build.getSteps(index).getId();
    String path = "steps[" + index + "].id";
    if (id.isEmpty()) {
      return;
    }
    if (id.equals(AT_ONCE)) {
      findings.refuse(
          path, "the id \"-\" is reserved: in waitFor it means to start at once; choose another");
      return;
    }
    Integer first = earlier.putIfAbsent(id, index);
    if (first != null) {
      findings.refuse(
          path,
          "build step #%d - %s: the ID is not unique; step #%d has it, too"
              .formatted(index, Wording.quote(id), first));
    }
  }

  private void checkWaitFor(int index) {
    BuildStep step = build.getSteps(index);
    for (int j = 0; j < step.getWaitForCount(); j++) {
      String wanted = step.getWaitFor(j);
      String path = "steps[" + index + "].waitFor[" + j + "]";
      if (wanted.equals(AT_ONCE)) {
        if (step.getWaitForCount() > 1) {
          findings.warn(path, "\"-\" next to other ids has no effect; leave it out");
        }
      } else if (!earlier.containsKey(wanted)) {
        findings.refuse(
            path,
            "invalid .steps field: build step #%d%s depends on \"%s\", which has not been defined%s"
                .formatted(index, idText(step), wanted, remedy(index, wanted)));
      }
    }
  }

  private static String idText(BuildStep step) {
    return step.getId().isEmpty() ? "" : " - \"" + step.getId() + "\"";
  }

  private String remedy(int index, String wanted) {
    if (wanted.isEmpty()) {
      return "; leave out the empty id";
    }
    if (build.getSteps(index).getId().equals(wanted)) {
      return "; a step can't wait for itself";
    }
    Map<String, Integer> later = new HashMap<>();
    for (int i = index + 1; i < build.getStepsCount(); i++) {
      later.putIfAbsent(build.getSteps(i).getId(), i);
    }
    if (later.containsKey(wanted)) {
      return "; step #%d defines it later: move that step before this one"
          .formatted(later.get(wanted));
    }
    return Suggestion.closest(wanted, earlier.keySet())
        .or(() -> Suggestion.closest(wanted, later.keySet()))
        .map(meant ->
            earlier.containsKey(meant)
                ? "; did you mean \"%s\"?".formatted(meant)
                : "; did you mean \"%s\"? Step #%d defines that later: move it before this one"
                    .formatted(meant, later.get(meant)))
        .orElse("; no step has that id: give it to the step that is meant");
  }
}
