package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run} as far as it can be seen without an engine. */
final class DryRunTest {
  private static final String CONFIG =
      """
      steps:
      - {id: a, name: busybox}
      - {id: b, name: busybox, waitFor: [a]}
      - {id: c, name: busybox, waitFor: [a, b]}
      """;

  @TempDir Path here;

  private InProcess.Ended run(String in, String... args) {
    Map<String, String> env =
        Map.of("HOME", here.toString(), "XDG_STATE_HOME", here.resolve("state").toString());
    return InProcess.run(List.of(args), in, env, here);
  }

  @Test
  void onlyTheChosenStepsAreShown() throws Exception {
    Files.writeString(here.resolve("cloudbuild.yaml"), CONFIG);
    InProcess.Ended ended = run("", "run", "--dryrun", "--only=b,c");
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out().lines().filter(line -> line.startsWith("#")))
        .containsExactly("# Step #1 - \"b\", at once", "# Step #2 - \"c\", after #1");
    assertThat(run("", "run", "--dryrun", "--only=d").exit()).isEqualTo(2);
  }

  @Test
  void rightsAndABoundSourceAreShown() throws Exception {
    Files.writeString(here.resolve("cloudbuild.yaml"), CONFIG);
    InProcess.Ended usual = run("", "run", "--dryrun");
    assertThat(usual.out()).contains(" --privileged ", " --volume workspace:/workspace ");
    InProcess.Ended bound = run("", "run", "--dryrun", "--no-privileged", "--bind-mount-source");
    assertThat(bound.exit()).as(bound.err()).isZero();
    assertThat(bound.out())
        .contains(" --volume " + here + ":/workspace ")
        .doesNotContain("--privileged", "workspace:/workspace");
  }

  @Test
  void aConfigFromStandardInputIsReadOnce() {
    InProcess.Ended ended = run(CONFIG, "run", "--dryrun", "-", "--bind-mount-source");
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out())
        .contains("# Step #2 - \"c\", after #0, #1", " --volume " + here + ":/workspace ");
  }

  @Test
  void theCommandThatRunsItAgainCanBePasted() throws Exception {
    Files.writeString(
        here.resolve("cloudbuild.yaml"),
        "steps: [{name: busybox, args: [$_A], env: [EXIT_CODE=1]}]");
    InProcess.Ended ended =
        run("", "run", "--engine=fake", "--substitutions=_A=it's this & that", ".");
    assertThat(ended.exit()).as(ended.out() + ended.err()).isEqualTo(1);
    assertThat(ended.out() + ended.err())
        .contains(
            "Run it again: groundbuild run --engine=fake"
                + " '--substitutions=_A=it'\\''s this & that' .\n");
  }
}
