package dev.groundbuild.runner.cli;

import dev.groundbuild.steps.Labels;
import dev.groundbuild.steps.StepShell;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerEngine.Owned;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A step whose container runs on the engine now.
 *
 * @param container its name
 */
record RunningStep(String build, int index, Optional<String> id, String container) {

  /** All of them, by build and step. */
  static List<RunningStep> on(ContainerEngine engine) {
    return engine.owned(Labels.STEP, Optional.empty()).stream()
        .filter(o -> o.type() == Owned.Type.CONTAINER && o.running())
        .filter(o -> !o.labels().containsKey(StepShell.LABEL))
        .flatMap(o -> of(o).stream())
        .sorted(Comparator.comparing(RunningStep::build).thenComparingInt(RunningStep::index))
        .toList();
  }

  private static Optional<RunningStep> of(Owned container) {
    Map<String, String> labels = container.labels();
    String build = labels.get(Labels.BUILD);
    String index = labels.getOrDefault(Labels.STEP, "");
    // What a step makes through its socket has some of our labels, too.
    if (build == null || !index.matches("[0-9]{1,6}") || !container.name().contains(build)) {
      return Optional.empty();
    }
    Optional<String> id = Optional.ofNullable(labels.get(Labels.STEP_ID)).filter(i -> !i.isEmpty());
    return Optional.of(new RunningStep(build, Integer.parseInt(index), id, container.name()));
  }

  String label() {
    return "#" + index + id.map(i -> " \"" + i + "\"").orElse("");
  }
}
