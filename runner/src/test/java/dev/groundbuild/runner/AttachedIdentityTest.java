package dev.groundbuild.runner;

import static dev.groundbuild.runner.FakeRuns.build;
import static dev.groundbuild.runner.FakeRuns.step;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.BuildEvent.Note;
import dev.groundbuild.runner.BuildEvent.StepRetried;
import dev.groundbuild.runner.Identity.Witness;
import dev.groundbuild.steps.BuildSite;
import dev.groundbuild.steps.Labels;
import dev.groundbuild.steps.Workspace;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a build makes of the word of its identity, and when it tells it to go. */
@Timeout(60)
final class AttachedIdentityTest {
  private final FakeRuns runs = new FakeRuns();
  private boolean homeWasThere;

  @Test
  void aValueThatStepsAreGivenIsHiddenInLinesRetriesFailuresAndNotes() {
    Build build = build(step("a", "FAULTS=9"));
    BuildOutcome outcome = run(build, "as asked");
    assertThat(outcome.status()).isEqualTo(Build.Status.INTERNAL_ERROR);
    assertThat(runs.events(StepRetried.class)).hasSize(2);
    assertThat(runs.lines()).isNotEmpty();
    assertThat(runs.lines() + " " + runs.events + " " + outcome).doesNotContain("as asked");
    assertThat(runs.events(StepRetried.class).getFirst().reason()).endsWith(": a fault, ***");
  }

  @Test
  void whatStepsPrintOfItIsHidden() {
    run(build(step("a", "OUTPUT=it is hunter22\n")), "hunter22");
    assertThat(runs.lines()).containsExactly("0 it is ***");
  }

  @Test
  void itGoesBeforeTheHomeDoesAndIsHeardToTheEnd() {
    BuildOutcome outcome = run(build(step("a")), "hunter22");
    assertThat(outcome.status()).isEqualTo(Build.Status.SUCCESS);
    assertThat(homeWasThere).isTrue();
    assertThat(runs.events(Note.class)).extracting(Note::text).contains("gone with ***");
    assertThat(runs.events.getLast()).isInstanceOf(BuildEvent.Ended.class);
  }

  private BuildOutcome run(Build build, String secret) {
    StepRetries retries = new StepRetries(2, true, Set.of(), Duration.ZERO);
    BuildRequest request =
        FakeRuns.request(build, FakeRuns.plan(build).retrying(Map.of(0, retries)))
            .withSurroundings(
                Surroundings.NONE.withIdentity((place, witness) -> somebody(witness, secret)));
    return runs.run(request, Intervention.NONE);
  }

  private Identity.Attached somebody(Witness witness, String secret) {
    return new Identity.Attached() {
      @Override
      public BuildSite.Surroundings surroundings() {
        return BuildSite.Surroundings.NONE;
      }

      @Override
      public void furnish(Workspace home) {
        witness.secret(secret);
      }

      @Override
      public void withdraw() {
        homeWasThere = !runs.engine.owned(Labels.OWNER, Optional.empty()).isEmpty();
      }

      @Override
      public void close() {
        witness.say("gone with " + secret);
      }
    };
  }
}
