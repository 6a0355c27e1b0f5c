package dev.groundbuild.runner.plan;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import dev.groundbuild.runner.BuildPlan;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/** Builds to draw. */
final class Plans {
  /** An id that tries to break out of every language it is written in. */
  static final String HOSTILE = "a\"]; </text><script>x()</script> & %%{init}%% #quot; `b` \\";

  private Plans() {}

  static BuildStep step(String id, String image, String... waitFor) {
    return BuildStep.newBuilder().setId(id).setName(image).addAllWaitFor(List.of(waitFor)).build();
  }

  /** build-builder, then build and run-tests beside lint, then deploy. */
  static Build pipeline() {
    return Build.newBuilder()
        .addSteps(step("build-builder", "docker"))
        .addSteps(step("build", "builder", "build-builder"))
        .addSteps(step("lint", "builder", "build-builder"))
        .addSteps(step("run-tests", "builder", "build"))
        .addSteps(step("deploy", "kubectl", "lint", "run-tests"))
        .build();
  }

  static Build of(BuildStep... steps) {
    return Build.newBuilder().addAllSteps(List.of(steps)).build();
  }

  /** Prepare, as many steps beside each other, and a report. */
  static Build fan(int lanes) {
    Build.Builder build = Build.newBuilder().addSteps(step("prepare", "busybox"));
    for (int i = 0; i < lanes; i++) {
      build.addSteps(step("lane " + i, "busybox", "prepare"));
    }
    return build.addSteps(step("report", "busybox")).build();
  }

  /** Steps that wait for one or two of the dozen before them, the same ones for the same seed. */
  static Build tangle(int steps, int seed) {
    Random random = new Random(seed);
    Build.Builder build = Build.newBuilder();
    for (int i = 0; i < steps; i++) {
      BuildStep.Builder step = BuildStep.newBuilder().setId("s" + i).setName("i").addWaitFor("-");
      for (int waits = random.nextInt(3); waits > 0 && i > 0; waits--) {
        step.addWaitFor("s" + (i - 1 - random.nextInt(Math.min(i, 12))));
      }
      build.addSteps(step);
    }
    return build.build();
  }

  static BuildPlan plan(Build build) {
    return BuildPlan.of(build, new TreeMap<>());
  }
}
