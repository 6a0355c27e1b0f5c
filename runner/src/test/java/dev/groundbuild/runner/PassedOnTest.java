package dev.groundbuild.runner;

import static dev.groundbuild.runner.FakeRuns.build;
import static dev.groundbuild.runner.FakeRuns.step;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildOptions;
import dev.groundbuild.steps.StepOutcome;
import dev.groundbuild.steps.StepVariables;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which variables of which steps a step gets. */
@Timeout(60)
final class PassedOnTest {
  private final FakeRuns runs = new FakeRuns();

  @Test
  void aStepGetsTheVariablesOfEveryStepBeforeItAndOfNoOther() {
    runs.run(
        build(
            step("a", "VARIABLES=A=1\n"),
            step("b", "VARIABLES=B=2\n").addWaitFor("a"),
            step("other", "VARIABLES=OTHER=3\n").addWaitFor("-"),
            step("c", "PRINT=A B OTHER").addWaitFor("b"),
            step("first", "PRINT=A").addWaitFor("-"),
            step("all", "PRINT=A B OTHER")));
    assertThat(runs.lines())
        .containsExactlyInAnyOrder(
            "3 A=1", "3 B=2", "3 OTHER=(unset)", "4 A=(unset)", "5 A=1", "5 B=2", "5 OTHER=3");
  }

  @Test
  void ofOneNameTheStepThatComesLastInTheConfigWins() {
    runs.run(
        build(
            step("a", "VARIABLES=A=first\n", "SLEEP=0.2").addWaitFor("-"),
            step("b", "VARIABLES=A=second\n").addWaitFor("-"),
            step("c", "PRINT=A")));
    assertThat(runs.lines()).containsExactly("2 A=second");
  }

  @Test
  void whatTheConfigSetsStaysAndTheLogSaysSo() {
    Build build =
        build(step("a", "VARIABLES=A=1\nB=1\nC=1\n"), step("b", "PRINT=A B C", "A=own")).toBuilder()
            .setOptions(BuildOptions.newBuilder().addEnv("B=everyone's"))
            .build();
    runs.run(build);
    assertThat(runs.lines())
        .containsExactly(
            "1! A of an earlier step is not used: this step's config sets it",
            "1! B of an earlier step is not used: this step's config sets it",
            "1 A=own",
            "1 B=everyone's",
            "1 C=1");
  }

  @Test
  void aVariableTakesNoSecretsPlace() {
    Build build = build(step("a", "VARIABLES=S=1\n"), step("b", "PRINT=S").addSecretEnv("S"));
    SecretSource secrets = (b, names, say) -> Map.of("S", "hidden");
    BuildRequest request =
        FakeRuns.request(build, FakeRuns.plan(build))
            .withSurroundings(
                new Surroundings(secrets, Delivery.NONE, Companions.NONE, Identity.NONE));
    runs.run(request, Intervention.NONE);
    assertThat(runs.lines()).contains("1 S=***");
  }

  @Test
  void aVariableWithASecretInItsValueIsNotPassedOnAndTheLogSaysSo() {
    Build build =
        build(
            step("a", "VARIABLES=A=Bearer hidden\nB=1\n").addSecretEnv("S"),
            step("b", "PRINT=A B"));
    SecretSource secrets = (b, names, say) -> Map.of("S", "hidden");
    BuildRequest request =
        FakeRuns.request(build, FakeRuns.plan(build))
            .withSurroundings(
                new Surroundings(secrets, Delivery.NONE, Companions.NONE, Identity.NONE));
    runs.run(request, Intervention.NONE);
    assertThat(runs.lines())
        .contains("1 A=(unset)", "1 B=1")
        .anyMatch(line -> line.startsWith("0! A is not passed on: a secret is in its value"));
  }

  @Test
  void aFailureThatIsForgivenPassesOnWhatItWrote() {
    runs.run(
        build(
            step("a", "VARIABLES=A=1\n", "EXIT_CODE=3").setAllowFailure(true),
            step("b", "PRINT=A")));
    assertThat(runs.lines()).containsExactly("1 A=1");
  }

  @Test
  void aBadLineFailsTheStep() {
    BuildOutcome outcome = runs.run(build(step("a", "VARIABLES=A=1\nno variable\n"), step("b")));
    assertThat(outcome.status()).isEqualTo(Build.Status.FAILURE);
    assertThat(outcome.build().getSteps(0).getExitCode()).isEqualTo(1);
    assertThat(runs.lines()).singleElement().asString().startsWith("0! line 2 of $GROUNDBUILD_ENV");
  }

  @Test
  void aStepThatAnEarlierAttemptHasRunPassesOnWhatItWroteThen() {
    Build build = build(step("a", "VARIABLES=A=new\n"), step("b", "PRINT=A"));
    Instant then = Instant.parse("2026-03-04T05:06:07Z");
    StepOutcome done =
        new StepOutcome.Exited(
            0,
            false,
            new StepOutcome.Timing(then, then, Optional.empty()),
            Optional.empty(),
            new byte[0],
            new StepVariables(Map.of("A", "kept")));
    BuildRequest whole = FakeRuns.request(build, FakeRuns.plan(build));
    BuildRequest rest =
        new BuildRequest(
            build,
            whole.plan(),
            whole.source(),
            whole.privileges(),
            whole.export(),
            whole.trace(),
            Keeping.NEVER,
            new Resumption(1, Map.of(0, done), Set.of()),
            Surroundings.NONE);
    runs.run(rest, Intervention.NONE);
    assertThat(runs.lines()).containsExactly("1 A=kept");
  }
}
