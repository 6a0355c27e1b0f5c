package dev.groundbuild.runner.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
  private static final List<String> WORDS =
      List.of("build", "lint", "run-tests", "waitFor", "entrypoint", "A", "_TAG");

  @ParameterizedTest
  @CsvSource({
    "biuld,build",
    "buidl,build",
    "Build,build",
    "run_tests,run-tests",
    "run-test,run-tests",
    "wait_for,waitFor",
    "entryPoint,entrypoint",
    "entry_points,entrypoint",
    "a,A",
    "_TAGS,_TAG",
  })
  void findsWhatAMistypedWordWasMeantToBe(String typed, String meant) {
    assertThat(Suggestion.closest(typed, WORDS)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({"deploy", "b", "xx", "li", "''"})
  void suggestsNothingThatIsFarAway(String typed) {
    assertThat(Suggestion.closest(typed, WORDS)).isEmpty();
  }

  @Test
  void neverSuggestsTheWordItself() {
    assertThat(Suggestion.closest("build", WORDS)).isEmpty();
  }

  @Test
  void prefersTheNearestAndThenTheSameCaseAndThenTheAlphabet() {
    assertThat(Suggestion.closest("pushh", List.of("pulls", "push", "pusha"))).contains("push");
    assertThat(Suggestion.closest("Pusk", List.of("push", "Push"))).contains("Push");
    assertThat(Suggestion.closest("step-c", List.of("step-b", "step-a"))).contains("step-a");
  }

  @Test
  void phrasesTheSuggestionForTheEndOfAMessage() {
    assertThat(Suggestion.didYouMean("biuld", WORDS)).isEqualTo("; did you mean \"build\"?");
    assertThat(Suggestion.didYouMean("deploy", WORDS)).isEmpty();
  }
}
