package dev.groundbuild.runner;

import com.google.cloudbuild.v1.BuildStep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Turns the ids of {@code waitFor} into indexes. */
final class WaitFor {
  /** The id that stands for the start of the build. */
  private static final String START = "-";

  private WaitFor() {}

  /**
   * For each step, the indexes of the earlier steps that it waits for.
   *
   * <p>Cloud Build: without {@code waitFor}, or with an empty one, a step waits for all earlier
   * steps, not merely the previous one; {@code ['-']} starts at once; a {@code -} among ids is
   * ignored; ids are those of earlier steps only.
   */
  static List<Set<Integer>> indexes(List<BuildStep> steps) {
    Map<String, Integer> earlier = new HashMap<>();
    List<Set<Integer>> all = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      BuildStep step = steps.get(i);
      all.add(waits(i, step.getWaitForList(), earlier));
      if (!step.getId().isEmpty()) {
        earlier.put(step.getId(), i);
      }
    }
    return all;
  }

  private static Set<Integer> waits(int index, List<String> ids, Map<String, Integer> earlier) {
    Set<Integer> waits = new TreeSet<>();
    if (ids.isEmpty()) {
      for (int i = 0; i < index; i++) {
        waits.add(i);
      }
    }
    for (String id : ids) {
      if (!id.equals(START)) {
        Integer found = earlier.get(id);
        if (found == null) {
          throw new IllegalStateException(
              "unchecked build: step " + index + " waits for \"" + id + "\", no earlier step's id");
        }
        waits.add(found);
      }
    }
    return waits;
  }
}
