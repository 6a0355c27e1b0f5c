package dev.groundbuild.runner.config;

import static dev.groundbuild.runner.config.ReaderFixture.problems;
import static dev.groundbuild.runner.config.ReaderFixture.read;
import static dev.groundbuild.runner.config.ReaderFixture.union;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import org.junit.jupiter.api.Test;

/**
 * Where {@code gcloud builds submit} and a trigger disagree. Cloud Build: section 1.10 of the
 * behaviour, and the two acceptance profiles of the corpus.
 */
final class DoorsTest {
  @Test
  void aSingleValueForAListIsTakenBySubmitOnly() {
    String text = "steps:\n- name: a\n  args: it's\n";
    assertThat(problems(text, Door.SUBMIT)).isEmpty();
    assertThat(problems(text, Door.TRIGGER))
        .containsExactly(
            "f.yaml:3:9: json: cannot unmarshal string into Go value of type []json.RawMessage;"
                + " write ['it''s']");
    assertThat(problems(text))
        .containsExactly(
            "f.yaml:3:9: warning: a list is wanted here; the single value is taken as its only"
                + " element; a trigger would refuse this");
    assertThat(union(text).build().getSteps(0).getArgsList()).containsExactly("it's");
  }

  @Test
  void aSingleMappingForAListOfMappingsIsTakenBySubmitOnly() {
    String text = "steps: {name: a, volumes: {name: v, path: /v}}\n";
    assertThat(problems(text, Door.SUBMIT)).isEmpty();
    assertThat(problems(text, Door.TRIGGER)).hasSize(2).allMatch(p -> p.contains("object into Go"));
    Build build = union(text).build();
    assertThat(build.getSteps(0).getVolumes(0).getPath()).isEqualTo("/v");
    assertThat(union(text).place("steps[0].volumes[0].path")).hasToString("Optional[f.yaml:1:43]");
  }

  @Test
  void ofAListForASingleValueSubmitTakesTheLastElement() {
    String text = "steps:\n- name: a\n  entrypoint: [bash, sh]\n";
    assertThat(problems(text, Door.SUBMIT)).isEmpty();
    assertThat(read(text, Door.SUBMIT).build().getSteps(0).getEntrypoint()).isEqualTo("sh");
    assertThat(problems(text, Door.TRIGGER))
        .containsExactly("f.yaml:3:15: a single value is wanted here, not a list");
    assertThat(problems(text))
        .containsExactly(
            "f.yaml:3:15: warning: a single value is wanted here, not a list; its last element"
                + " counts; a trigger would refuse this");
    assertThat(problems("logsBucket: []", Door.SUBMIT)).isEmpty();
  }

  @Test
  void anUnknownKeyWithASingleValueIsRefusedByBothInTheirOwnWords() {
    String text = "steps:\n- {name: a, foo: 1}\n";
    assertThat(problems(text, Door.SUBMIT)).containsExactly("f.yaml:2:13: .steps[0].foo: unused");
    assertThat(problems(text, Door.TRIGGER))
        .containsExactly("f.yaml:2:13: unknown field \"foo\" in BuildStep");
    assertThat(problems(text)).containsExactly("f.yaml:2:13: unknown field \"foo\" in BuildStep");
  }

  @Test
  void anUnknownKeyWithAMappingIsIgnoredBySubmit() {
    for (String value : new String[] {"{a: b}", "[{a: b}]", "null"}) {
      String text = "steps: [{name: a}]\nstep_: " + value + "\n";
      assertThat(problems(text, Door.SUBMIT))
          .containsExactly(
              "f.yaml:2:1: warning: .step_: unused and ignored; did you mean \"steps\"?");
      assertThat(problems(text, Door.TRIGGER))
          .containsExactly("f.yaml:2:1: unknown field \"step_\" in Build; did you mean \"steps\"?");
      assertThat(problems(text))
          .containsExactly(
              "f.yaml:2:1: warning: unknown field \"step_\" in Build is ignored; did you mean"
                  + " \"steps\"?; a trigger would refuse this");
    }
    assertThat(problems("step_: [x]", Door.SUBMIT))
        .containsExactly("f.yaml:1:1: .step_: unused; did you mean \"steps\"?");
  }

  @Test
  void aNullFieldIsAsIfItWereAbsent() {
    String text = "steps:\n- {name: a, args: , timeout: null, env: ~}\noptions:\ntimeout:\n";
    for (Door door : Door.values()) {
      assertThat(problems(text, door)).isEmpty();
      assertThat(read(text, door).build().hasOptions()).isFalse();
    }
  }

  @Test
  void aNullSubstitutionIsEmptyAndRemembered() {
    for (Door door : Door.values()) {
      BuildConfig config = read("substitutions:\n  _A:\n  _B: ''\n", door);
      assertThat(config.problems()).isEmpty();
      assertThat(config.build().getSubstitutionsMap()).containsEntry("_A", "");
      assertThat(config.extras()).containsOnlyKeys("substitutions._A");
    }
  }

  @Test
  void aNullElementIsEmptyTextToATrigger() {
    String text = "tags: [a, null]";
    assertThat(problems(text, Door.TRIGGER)).isEmpty();
    assertThat(read(text, Door.TRIGGER).build().getTagsList()).containsExactly("a", "");
    assertThat(problems(text, Door.SUBMIT))
        .containsExactly("f.yaml:1:11: this element of the list is empty; write \"\" or remove it");
    assertThat(problems(text)).singleElement().asString().contains("warning").contains("gcloud");
    assertThat(problems("steps: [null]", Door.TRIGGER))
        .containsExactly("f.yaml:1:9: this element of the list is empty; fill or remove it");
  }

  @Test
  void numbersAndBooleansForTextAreRefusedByBothInTheirOwnWords() {
    String text = "steps:\n- name: a\n  args: [8080]\n  dir: no\n  id: 1.10\n";
    assertThat(problems(text, Door.SUBMIT))
        .containsExactly(
            "f.yaml:3:10: Expected type <class 'str'> for field args, found 8080 (type <class"
                + " 'int'>); quote it: \"8080\"",
            "f.yaml:4:8: Expected type <class 'str'> for field dir, found False (type <class"
                + " 'bool'>); quote it: \"no\"",
            "f.yaml:5:7: Expected type <class 'str'> for field id, found 1.10 (type <class"
                + " 'float'>); quote it: \"1.10\"");
    assertThat(problems(text, Door.TRIGGER))
        .containsExactly(
            "f.yaml:3:10: json: cannot unmarshal number into Go value of type string; quote it:"
                + " \"8080\"",
            "f.yaml:4:8: json: cannot unmarshal bool into Go value of type string; quote it:"
                + " \"no\"",
            "f.yaml:5:7: json: cannot unmarshal number into Go value of type string; quote it:"
                + " \"1.10\"");
  }

  @Test
  void datesAndNumbersToBaseSixtyAreTextToATrigger() {
    String text = "tags: [2026-01-31, 8080:22]";
    assertThat(problems(text, Door.TRIGGER)).isEmpty();
    assertThat(union(text).build().getTagsList()).containsExactly("2026-01-31", "8080:22");
    assertThat(problems(text, Door.SUBMIT))
        .containsExactly(
            "f.yaml:1:8: 2026-01-31 is a date in YAML 1.1, and text is wanted here; quote it:"
                + " \"2026-01-31\"",
            "f.yaml:1:20: 8080:22 is a number in YAML 1.1, and text is wanted here; quote it:"
                + " \"8080:22\"");
    assertThat(problems(text)).hasSize(2).allMatch(p -> p.contains("warning"));
  }

  @Test
  void durationsOfGoAreTakenByATriggerOnly() {
    String text = "timeout: 1h30m";
    assertThat(problems(text, Door.TRIGGER)).isEmpty();
    assertThat(union(text).build().getTimeout().getSeconds()).isEqualTo(5400);
    assertThat(problems(text, Door.SUBMIT))
        .containsExactly("f.yaml:1:10: \"1h30m\" is a duration in Go's way; write \"5400s\"");
    assertThat(problems(text))
        .containsExactly(
            "f.yaml:1:10: warning: \"1h30m\" is a duration in Go's way; write \"5400s\"; `gcloud"
                + " builds submit` would refuse this");
    assertThat(problems("timeout: 600s", Door.SUBMIT)).isEmpty();
  }

  @Test
  void whatIsNoDurationIsRefusedWithAHint() {
    assertThat(problems("timeout: 600"))
        .containsExactly("f.yaml:1:10: a duration needs a unit; write \"600s\"");
    assertThat(problems("timeout: '600'"))
        .containsExactly("f.yaml:1:10: a duration needs a unit; write \"600s\"");
    assertThat(problems("timeout: 10 min"))
        .containsExactly(
            "f.yaml:1:10: 10 min is not a duration; write \"600s\", \"10m\" or \"1h30m\"");
    assertThat(problems("timeout: '${_T}'"))
        .containsExactly(
            "f.yaml:1:10: \"${_T}\" is not a duration; write \"600s\", \"10m\" or \"1h30m\""
                + " (substitutions do not work here)");
  }

  @Test
  void ofAKeyThatIsThereTwiceTheLastCountsForATrigger() {
    String text = "tags: [a]\nsteps: []\ntags: [b]\n";
    assertThat(problems(text, Door.TRIGGER)).isEmpty();
    assertThat(union(text).build().getTagsList()).containsExactly("b");
    assertThat(problems(text, Door.SUBMIT))
        .containsExactly("f.yaml:3:1: the key \"tags\" is here twice, first at line 1; remove one");
    assertThat(problems(text))
        .containsExactly(
            "f.yaml:3:1: warning: the key \"tags\" is here twice, first at line 1; this one"
                + " counts; `gcloud builds submit` would refuse this");
    assertThat(problems("substitutions: {_A: x, _A: y}", Door.SUBMIT)).hasSize(1);
  }

  @Test
  void ofSeveralDocumentsTheFirstCountsForATrigger() {
    String text = "tags: [a]\n---\ntags: [b]\n";
    assertThat(problems(text, Door.TRIGGER)).isEmpty();
    assertThat(union(text).build().getTagsList()).containsExactly("a");
    assertThat(problems(text, Door.SUBMIT))
        .containsExactly(
            "f.yaml:3:1: a config is one document, and a second one starts here; remove it");
    assertThat(problems(text))
        .containsExactly(
            "f.yaml:3:1: warning: a second document is ignored; `gcloud builds submit` would"
                + " refuse this");
    assertThat(problems("---\ntags: [a]\n...\n", Door.SUBMIT)).isEmpty();
  }

  @Test
  void aSourceInTheFileIsRefusedBySubmit() {
    String text = "source: {gitSource: {url: x}}\n";
    assertThat(problems(text, Door.SUBMIT))
        .contains("f.yaml:1:9: `gcloud builds submit` refuses a source here; remove it");
    assertThat(problems(text)).singleElement().asString().contains("source: ignored");
  }

  @Test
  void anUnknownWordIsUnusedToSubmit() {
    assertThat(problems("options: {machineType: E2_HIGHCPU_4}", Door.SUBMIT))
        .containsExactly(
            "f.yaml:1:24: .options.machineType: unused; \"E2_HIGHCPU_4\" is not a value of"
                + " machineType; did you mean \"E2_HIGHCPU_8\"?");
  }

  @Test
  void aBuiltInNameUnderSubstitutionsIsLeftToTheChecks() {
    assertThat(union("substitutions: {COMMIT_SHA: x}").build().getSubstitutionsMap())
        .containsEntry("COMMIT_SHA", "x");
  }
}
