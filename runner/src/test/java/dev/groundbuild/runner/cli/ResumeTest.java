package dev.groundbuild.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import dev.groundbuild.runner.status.Attempt;
import dev.groundbuild.runner.status.AttemptJournal;
import dev.groundbuild.runner.status.BuildHistory;
import dev.groundbuild.steps.Labels;
import dev.groundbuild.steps.engine.ContainerEngine.Owned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A build that is gone on with, from the step that failed, in the same workspace. */
final class ResumeTest {
  private static final Path SAMPLES =
      Path.of(System.getProperty("groundbuild.root", "."), "samples");

  /** Each step counts in a file how often it ran. */
  private static final String COUNTING =
      """
      steps:
      - {id: a, name: busybox, script: 'echo a >> ran'}
      - {id: b, name: busybox, waitFor: [a], script: 'echo b >> ran'}
      - {id: c, name: busybox, waitFor: [a], script: 'echo c >> ran'}
      - {id: last, name: busybox, script: 'sort ran | uniq -c | while read n s; do echo "$s=$n"; done'}
      """;

  @RegisterExtension private final Desk desk = new Desk();

  @Test
  void aResumedBuildGoesOnFromTheFailedStepInTheSameWorkspace() throws Exception {
    Path sample = SAMPLES.resolve("fails-once");
    assertThat(Files.readString(sample.resolve("README.md"))).contains("Expected: FAILURE");
    CliProcess run =
        desk.start("run", "--keep-workspace", "--build-json=first.json", sample.toString());
    CliProcess.Ended failed = run.await();
    assertThat(failed.exit()).as(failed.err()).isEqualTo(1);
    assertThat(failed.err()).contains("go on with: groundbuild resume");
    Build first = desk.build("first.json");
    assertThat(kept())
        .containsExactlyInAnyOrder(
            name(first, "workspace"), name(first, "home"), name(first, "volume_state"));
    assertThat(desk.left(run)).hasSize(4); // with the container that holds them

    CliProcess.Ended resumed = desk.run("resume", "--build-json=build.json");

    assertThat(resumed.exit()).as(resumed.err() + resumed.out()).isZero();
    assertThat(resumed.out())
        .contains("Already finished Step #0 - \"compile\"", "delivered in attempt 2: first")
        .doesNotContain("Starting Step #0", "Starting Step #1");
    Build second = desk.build();
    assertThat(second.getId()).isEqualTo(first.getId());
    assertThat(second.getStatus()).isEqualTo(Build.Status.SUCCESS);
    assertThat(second.getSteps(0)).isEqualTo(first.getSteps(0));
    assertThat(second.getSteps(1)).isEqualTo(first.getSteps(1));
    assertThat(second.getSteps(1).getStatus()).isEqualTo(Build.Status.FAILURE);
    assertThat(second.getSteps(2).getStatus()).isEqualTo(Build.Status.SUCCESS);
    assertThat(second.getSteps(2).getExitCode()).isZero();
    assertThat(second.getResults().getBuildStepOutputs(0).toStringUtf8())
        .isEqualTo("compiled once\n");
    assertThat(second.getResults().getBuildStepImagesList())
        .isEqualTo(first.getResults().getBuildStepImagesList());
    assertThat(second.getStartTime()).isEqualTo(first.getStartTime());
    assertThat(second.getCreateTime()).isEqualTo(first.getCreateTime());
    assertThat(second.getTimingMap()).containsKeys("FETCHSOURCE", "BUILD");
    assertThat(desk.left()).isEmpty();
    assertThat(desk.run("log").out()).contains("ERROR\n", "DONE\n");
    attempts(first.getId());
  }

  private void attempts(String id) throws IOException {
    List<Attempt> attempts =
        AttemptJournal.read(
            BuildHistory.in(desk.root().resolve("state/groundbuild"), InstantSource.system())
                .find(id)
                .getFirst());
    assertThat(attempts).extracting(Attempt::number).containsExactly(1, 2);
    assertThat(attempts)
        .extracting(Attempt::status)
        .containsExactly(Build.Status.FAILURE, Build.Status.SUCCESS);
    assertThat(attempts.get(0).steps()).containsOnlyKeys(0, 1, 2);
    assertThat(attempts.get(1).steps()).containsOnlyKeys(2, 3);
    assertThat(attempts).allMatch(attempt -> attempt.finish().isPresent());
  }

  @Test
  void aBuildIsResumedWithAMendedConfigUnlessWhatHasRunIsChanged() throws Exception {
    String good = "- {id: good, name: busybox, args: [touch, good]}\n";
    desk.config("steps:\n" + good + "- {id: bad, name: busybox, script: 'exit 4'}\n");
    assertThat(desk.run("run", "--keep-workspace").exit()).isEqualTo(1);

    desk.config("steps:\n- {id: good, name: busybox, args: [touch, other]}\n");
    CliProcess.Ended refused = desk.run("resume", "--config=cloudbuild.yaml");
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err())
        .contains("Step #0 - \"good\" has run, and the config has it changed", "--from=good");

    CliProcess.Ended again = desk.run("resume");
    assertThat(again.exit()).as(again.err()).isEqualTo(1);

    desk.config(
        "steps:\n"
            + good
            + "- {id: bad, name: busybox, script: 'test -e good; echo fine'}\n"
            + "- {id: more, name: busybox, volumes: &v [{name: vol, path: /n}], args: [touch, /n/x]}\n"
            + "- {id: most, name: busybox, volumes: *v, args: [ls, /n]}\n");
    CliProcess.Ended mended = desk.run("resume", "--config=cloudbuild.yaml");
    assertThat(mended.exit()).as(mended.err()).isZero();
    assertThat(mended.out()).contains("fine\n", "\"most\": x\n").doesNotContain("Starting Step #0");
    assertThat(desk.left()).isEmpty();
    CliProcess.Ended over = desk.run("resume");
    assertThat(over.exit()).isEqualTo(2);
    assertThat(over.err()).contains("no build that failed has a kept workspace");
  }

  @Test
  void fromAStepOnItAndWhatWaitsForItRunAgain() throws Exception {
    desk.config(COUNTING);
    CliProcess.Ended run = desk.run("run", "--keep-workspace=always");
    assertThat(run.exit()).as(run.err()).isZero();
    String id = kept().getFirst().split("_", -1)[1];

    assertThat(desk.run("resume", id).err()).contains("has succeeded; --from=STEP");
    CliProcess.Ended mistyped = desk.run("resume", id, "--from=lats");
    assertThat(mistyped.exit()).isEqualTo(2);
    assertThat(mistyped.err()).contains("did you mean \"last\"?", "Step #1 - \"b\"");

    CliProcess.Ended from = desk.run("resume", id, "--from=b", "--keep-workspace=always");
    assertThat(from.exit()).as(from.err()).isZero();
    assertThat(from.out()).contains("a=1\n", "b=2\n", "c=1\n");

    CliProcess.Ended only = desk.run("resume", id.substring(0, 8), "--only=2,3");
    assertThat(only.exit()).as(only.err()).isZero();
    assertThat(only.out()).contains("a=1\n", "b=2\n", "c=2\n");
    assertThat(desk.left()).isEmpty();
  }

  @Test
  void fromALaterStepAFailedOneCountsAsDone() throws Exception {
    desk.config(
        """
        steps:
        - {id: bad, name: busybox, script: 'exit 4'}
        - {id: next, name: busybox, script: 'echo next'}
        """);
    assertThat(desk.run("run", "--keep-workspace").exit()).isEqualTo(1);
    CliProcess.Ended from = desk.run("resume", "--from=next", "--build-json=build.json");
    assertThat(from.exit()).as(from.err()).isZero();
    assertThat(from.err()).contains("Step #0 - \"bad\" counts as done, though it did not succeed");
    assertThat(desk.build().getStepsList().stream().map(BuildStep::getStatus))
        .containsExactly(Build.Status.FAILURE, Build.Status.SUCCESS);
  }

  @Test
  void onlyTheNamedStepsRunInTheirOrder() throws Exception {
    desk.config(COUNTING);
    CliProcess.Ended ended =
        desk.run("run", "--only=last,a", "--step-timeout=90s", "--build-json=build.json");
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("a=1\n").doesNotContain("b=", "Step #1");
    Build build = desk.build();
    assertThat(build.getStepsList().stream().map(BuildStep::getStatus))
        .containsExactly(
            Build.Status.SUCCESS, Build.Status.QUEUED, Build.Status.QUEUED, Build.Status.SUCCESS);
    assertThat(build.getStepsList()).allMatch(s -> s.getTimeout().getSeconds() == 90);
    CliProcess.Ended unknown = desk.run("run", "--only=a,nothing");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err()).contains("no step has the id or index \"nothing\"");
  }

  @Test
  void aStepWithoutATimeoutGetsTheOneOfTheCommandLine() throws Exception {
    desk.config(
        """
        steps:
        - {name: busybox, timeout: 60s, args: [echo, mine]}
        - {name: busybox, args: [sleep, '60']}
        """);
    CliProcess.Ended ended = desk.run("run", "--step-timeout=1s", "--build-json=build.json");
    assertThat(ended.exit()).as(ended.err()).isEqualTo(1);
    assertThat(desk.build().getStepsList().stream().map(BuildStep::getStatus))
        .containsExactly(Build.Status.SUCCESS, Build.Status.TIMEOUT);
    assertThat(desk.run("run", "--step-timeout=soon").err()).contains("write it like 90s");
  }

  @Test
  void aRerunHasTheSourceAndTheConfigOfThen() throws Exception {
    desk.config(
        """
        steps: [{name: busybox, script: 'cat file; echo $BUILD_ID $_A', automapSubstitutions: true}]
        substitutions: {_A: none}
        """);
    desk.file("file", "as it was\n");
    assertThat(desk.run("run", "--substitutions=_A=given", "--build-json=first.json").exit())
        .isZero();
    desk.file("file", "as it is\n");
    desk.config("steps: [{name: nonsense}]");

    CliProcess.Ended rerun = desk.run("rerun", "--build-json=build.json");

    assertThat(rerun.exit()).as(rerun.err()).isZero();
    Build build = desk.build();
    assertThat(build.getId()).isNotEqualTo(desk.build("first.json").getId());
    assertThat(rerun.out()).contains("as it was\n" + build.getId() + " given\n");
    CliProcess.Ended oneMore = desk.run("rerun", build.getId().substring(0, 8));
    assertThat(oneMore.out()).contains("as it was\n");
    assertThat(desk.run("rerun", "zzz").exit()).isEqualTo(2);
  }

  @Test
  void whatIsKeptOutlivesOtherRunsUntilItsTimeIsOver() throws Exception {
    desk.config("steps: [{name: busybox, script: 'exit 1'}]");
    assertThat(desk.run("run", "--keep-workspace", ".").exit()).isEqualTo(1);
    assertThat(desk.run("clean").out()).isEqualTo("nothing is left of killed builds\n");
    assertThat(kept()).hasSize(2);
    assertThat(desk.run("clean", "--kept").out()).contains("removed volume groundbuild_");
    assertThat(desk.left()).isEmpty();

    assertThat(desk.run("run", "--keep-workspace", "--keep-for=0s").exit()).isEqualTo(1);
    assertThat(kept()).hasSize(2);
    CliProcess.Ended late = desk.run("resume");
    assertThat(late.exit()).isEqualTo(2);
    assertThat(late.err()).contains("no build that failed has a kept workspace");
    assertThat(desk.left()).isEmpty();
  }

  @Test
  void aKilledRunIsResumedIfItWasToBeKept() throws Exception {
    desk.config(
        """
        steps:
        - {id: a, name: busybox, script: 'echo a >> ran'}
        - {id: b, name: busybox, script: 'echo begun; test -e go || sleep 600; cat ran; echo b'}
        """);
    CliProcess killed = desk.start("run", "--keep-workspace");
    killed.awaitOut("begun");
    killed.signal("KILL");
    assertThat(killed.await().exit()).isEqualTo(137);

    desk.config("steps: [{name: busybox, args: ['true']}]");
    CliProcess.Ended other = desk.run("run"); // sweeps
    assertThat(other.err()).contains("that killed builds had left");
    assertThat(kept()).hasSize(2);

    CliProcess again = desk.start("resume");
    again.awaitOut("begun");
    assertThat(desk.run("clean").exit()).isZero();
    assertThat(desk.run("clean", "--kept").exit()).isZero(); // in use
    again.signal("KILL");
    again.await();

    desk.config(
        """
        steps:
        - {id: a, name: busybox, script: 'echo a >> ran'}
        - {id: b, name: busybox, script: 'cat ran; echo mended'}
        """);
    CliProcess.Ended resumed = desk.run("resume", "--config=cloudbuild.yaml");
    assertThat(resumed.exit()).as(resumed.err()).isZero();
    assertThat(resumed.out()).contains("\"b\": a\n", "mended").doesNotContain("Starting Step #0");
    assertThat(desk.left()).isEmpty();
  }

  @Test
  void aKilledRunLeavesNothingForGoodIfNothingWasToBeKept() throws Exception {
    desk.config("steps: [{name: busybox, script: 'echo begun; sleep 600'}]");
    CliProcess killed = desk.start("run");
    killed.awaitOut("begun");
    killed.signal("KILL");
    killed.await();
    assertThat(desk.left()).isNotEmpty();
    String id = desk.left().getFirst().labels().getOrDefault(Labels.BUILD, "");
    CliProcess.Ended resume = desk.run("resume", id);
    assertThat(resume.exit()).isEqualTo(2);
    assertThat(resume.err()).contains("is not kept", "groundbuild rerun " + id.substring(0, 8));
    assertThat(desk.left()).isEmpty();
    assertThat(desk.run("clean").exit()).isZero();
  }

  /** Names of the volumes that are there. */
  private List<String> kept() {
    Stream<Owned> left = desk.left().stream();
    return left.filter(o -> o.type() == Owned.Type.VOLUME).map(Owned::name).toList();
  }

  private static String name(Build build, String role) {
    return "groundbuild_" + build.getId() + "_" + role;
  }
}
