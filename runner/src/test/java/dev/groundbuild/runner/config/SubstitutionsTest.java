package dev.groundbuild.runner.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubstitutionsTest {
  /** Every text of a build that takes substitutions, and some that do not. */
  private static final String EVERYWHERE =
      """
      {steps:[{name:'$_X',args:['a','$_X'],env:['A=$_X'],dir:'$_X',entrypoint:'$_X',id:'$_X',
          volumes:[{name:'$_X',path:'/$_X'}]},
        {name:'b',waitFor:['$_X'],secretEnv:['$_NO'],script:'$_NO $FOO'}],
      images:['$_X'],tags:['$_X'],logsBucket:'$_X',serviceAccount:'$_X',
      options:{env:['B=$_X'],pool:{name:'$_X'},workerPool:'$_X',volumes:[{name:'$_X',path:'/$_X'}],
        secretEnv:['$_NO']},
      availableSecrets:{secretManager:[{versionName:'$_X',env:'$_NO'}],inline:[{kmsKeyName:'$_X'}]},
      secrets:[{kmsKeyName:'$_X'}],
      artifacts:{images:['$_X'],objects:{location:'$_X',paths:['$_X']},
        mavenArtifacts:[{repository:'$_X',path:'$_X',artifactId:'$_X',groupId:'$_X',version:'$_X'}],
        goModules:[{repositoryName:'$_X',repositoryLocation:'$_X',repositoryProjectId:'$_X',
          sourcePath:'$_X',modulePath:'$_X',moduleVersion:'$_X'}],
        pythonPackages:[{repository:'$_X',paths:['$_X']}],
        npmPackages:[{repository:'$_X',packagePath:'$_X'}]}}
      """;

  @Test
  void everyFieldOfTheTableIsSubstitutedAndNoOther() {
    // Spec 2.4: fields in which real configs have substitutions; never script and secretEnv.
    Substitutions.Substituted done = Substituting.config(EVERYWHERE).with("_X", "1").substituted();
    assertThat(Checked.text(done.problems())).isEmpty();
    assertThat(done.build())
        .isEqualTo(
            Checked.build(EVERYWHERE.replace("$_X", "1")).toBuilder()
                .putSubstitutions("_X", "1")
                .build());
  }

  @Test
  void aUseInAnyFieldCounts() {
    // Spec 2.4: the archived builder missed logsBucket and options.env.
    for (String field :
        List.of("logsBucket:'$_X'", "options:{env:['A=$_X']}", "tags:['$_X']", "images:['$_X']")) {
      Substituting config = Substituting.config("{steps:[{name:'a'}]," + field + "}");
      assertThat(config.at(Door.SUBMIT).with("_X", "1").problems()).isEmpty();
    }
  }

  @Test
  void fieldsThatTheMessageLacksAreSubstituted() {
    Map<String, String> extras =
        Map.of(
            "options.pubsubTopic", "\"projects/$_P/topics/t\"",
            "artifacts.oci", "[{\"file\":\"$_P.tar\",\"tags\":[\"$_P\"],\"n\":1,\"o\":null}]");
    Build build = Build.newBuilder().putSubstitutions("_P", "my-\"p\"").build();
    BuildConfig config = new BuildConfig("cloudbuild.yaml", build, extras, Map.of(), List.of());
    Substitutions.Substituted done = Substitutions.resolve(config, Map.of(), Map.of(), Door.SUBMIT);
    assertThat(done.problems()).isEmpty();
    assertThat(done.extras())
        .isEqualTo(
            Map.of(
                "options.pubsubTopic", "\"projects/my-\\\"p\\\"/topics/t\"",
                "artifacts.oci",
                    "[{\"file\":\"my-\\\"p\\\".tar\",\"tags\":[\"my-\\\"p\\\"\"],\"n\":1,\"o\":null}]"));
  }

  @Test
  void problemsHaveThePlaceOfTheText() {
    Position place = new Position("cloudbuild.yaml", 7, 11);
    Build build = Checked.build("{steps:[{name:'a'},{name:'b',args:['x','$FOO']}]}");
    BuildConfig config =
        new BuildConfig(
            "cloudbuild.yaml", build, Map.of(), Map.of("steps[1].args[1]", place), List.of());
    assertThat(Substitutions.resolve(config, Map.of(), Map.of(), Door.UNION).problems())
        .singleElement()
        .returns(Optional.of(place), Problem::position)
        .returns("steps[1].args[1]", Problem::path);
  }

  @Test
  void theRequestWinsOverTheFileAndTheFileOverBuiltIns() {
    Substitutions.Substituted done =
        Substituting.arg("$_A $BRANCH_NAME $TAG_NAME $PROJECT_ID")
            .with("_A", "file")
            .with("TAG_NAME", "file")
            .with("PROJECT_ID", "file")
            .builtIn("BRANCH_NAME", "git")
            .builtIn("TAG_NAME", "git")
            .builtIn("PROJECT_ID", "p")
            .override("_A", "request")
            .override("BRANCH_NAME", "request")
            .at(Door.TRIGGER)
            .substituted();
    assertThat(done.build().getSteps(0).getArgs(0)).isEqualTo("request request file p");
  }

  @Test
  void theBuildHoldsKeysWithAValueAndTheValuesHoldAll() {
    // Spec 2.1: a real payload lists only the built-ins that have a value, plus the user's keys.
    Substitutions.Substituted done =
        Substituting.arg("$_A$_E")
            .with("_A", "a")
            .with("_E", "")
            .builtIn("PROJECT_ID", "p")
            .builtIn("TAG_NAME", "")
            .substituted();
    assertThat(done.build().getSubstitutionsMap())
        .isEqualTo(Map.of("_A", "a", "_E", "", "PROJECT_ID", "p"));
    assertThat(done.values())
        .containsEntry("TAG_NAME", "")
        .containsEntry("TRIGGER_NAME", "")
        .containsEntry("_E", "")
        .hasSize(16 + 2);
  }

  @Test
  void aRequestCannotSetWhatIsFixed() {
    assertThat(Substituting.arg("a").override("PROJECT_ID", "x").override("foo", "y").problems())
        .hasSize(2)
        .contains(
            "substitutions.PROJECT_ID: \"PROJECT_ID\" is a built-in substitution that can't be set;"
                + " leave it out");
  }

  @Test
  void keysThatATriggerProvidesNeedNoUse() {
    assertThat(Substituting.arg("a").builtIn("_PR_NUMBER", "7").at(Door.SUBMIT).problems())
        .isEmpty();
    assertThat(Substituting.arg("$_PR_NUMBER").builtIn("_PR_NUMBER", "7").result()).isEqualTo("7");
  }

  @Test
  void valuesAreWorkedOutInTheOrderOfTheirNeeds() {
    Substituting config =
        Substituting.arg("$_A")
            .with("_A", "${_Z%%-*}:$_B")
            .with("_B", "${_C^^}")
            .with("_C", "c$_Z")
            .with("_Z", "z-$SHORT_SHA")
            .builtIn("SHORT_SHA", "$_A");
    assertThat(config.dynamic().at(Door.SUBMIT).result()).isEqualTo("z:CZ-$_A");
    assertThat(config.substituted().build().getSubstitutionsOrThrow("_B")).isEqualTo("CZ-$_A");
  }

  @Test
  void aCycleIsNamed() {
    assertThat(
            Substituting.arg("$_A")
                .with("_A", "$_B")
                .with("_B", "x${_C:-y}")
                .with("_C", "$_A")
                .with("_D", "$_D")
                .at(Door.TRIGGER)
                .problems())
        .containsExactly(
            "substitutions._A: substitutions that need each other have no value: _A -> _B -> _C ->"
                + " _A; give one of them a value of its own",
            "substitutions._D: substitutions that need each other have no value: _D -> _D; give one"
                + " of them a value of its own");
  }

  @Test
  void withDynamicSubstitutionsAUseInAValueCountsAndIsChecked() {
    Substituting config =
        Substituting.arg("$_A").with("_A", "$_B $_NONE $FOO").with("_B", "b").dynamic();
    assertThat(config.at(Door.SUBMIT).problems())
        .hasSize(2)
        .anyMatch(p -> p.startsWith("substitutions._A: key in the template \"FOO\" is not a valid"))
        .anyMatch(p -> p.startsWith("substitutions._A: key in the template \"_NONE\" is not"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"${_X:-y}", "${_X-y}", "${_X:=y}", "${_X:+y}"})
  void anExpansionThatCopesNeedsNoValue(String text) {
    assertThat(Substituting.arg(text).dynamic().at(Door.SUBMIT).problems()).isEmpty();
  }

  @Test
  void aMalformedExpansionIsReportedOnce() {
    assertThat(Substituting.arg("${_X[0]}").with("_X", "${!_X}").at(Door.TRIGGER).problems())
        .containsExactlyInAnyOrder(
            "steps[0].args[0]: bad substitution \"${_X[0]}\": arrays are not supported; write $$ to"
                + " leave it to a shell",
            "substitutions._X: bad substitution \"${!_X}\": indirect expansion is not supported; name"
                + " the variable itself");
  }

  @Test
  void theUnionTellsWhatATriggerWouldExpand() {
    String tail =
        " stays as it is, but a trigger would expand it; set options.dynamicSubstitutions: true to"
            + " expand it always";
    assertThat(Substituting.arg("${_X:0:1} $_X").with("_X", "a").problems())
        .containsExactly("steps[0].args[0]: warning: \"${_X:0:1}\"" + tail);
    assertThat(Substituting.arg("$_X").with("_X", "$PROJECT_ID-x").problems())
        .containsExactly("substitutions._X: warning: \"$PROJECT_ID-x\"" + tail);
    assertThat(Substituting.arg("${FOO:-x} ${lower:-y}").problems()).isEmpty();
    assertThat(Substituting.arg("${_X:0:1} $_X").with("_X", "a").at(Door.SUBMIT).problems())
        .isEmpty();
  }

  @Test
  void anUnusedKeyIsExplained() {
    String unused =
        "substitutions._X: key \"_X\" in the substitution data is not matched in the template; ";
    assertThat(Substituting.arg("${_X:-y}").with("_X", "a").at(Door.SUBMIT).problems())
        .containsExactly(unused + "its expansion needs options.dynamicSubstitutions: true");
    assertThat(
            Substituting.config("{steps:[{name:'a',script:'echo $_X'}]}")
                .with("_X", "a")
                .at(Door.SUBMIT)
                .problems())
        .containsExactly(
            unused + "a script gets it as a variable with options.automapSubstitutions: true");
  }

  @ParameterizedTest
  @ValueSource(strings = {"echo $_X", "echo ${_X}", "print(os.environ['_X'])", "_X"})
  void aUseInTheScriptOfAnAutomappedStepCounts(String script) {
    // Spec 2.7: a key used only inside a script counts as used.
    String quoted = script.replace("'", "\\'");
    Substituting config =
        Substituting.config("{steps:[{name:'a',script:'" + quoted + "'}]}").with("_X", "a");
    assertThat(config.at(Door.SUBMIT).problems()).hasSize(1);
    assertThat(config.options("automapSubstitutions:true").problems()).isEmpty();
  }

  @Test
  void aStepsOwnChoiceOfAutomapCountsEitherWay() {
    // Spec 2.7: a step's own value overrides either way.
    for (boolean chosen : List.of(true, false)) {
      Substituting config =
          Substituting.config(
                  "{steps:[{name:'a',script:'echo $_X',automapSubstitutions:" + chosen + "}]}")
              .with("_X", "a");
      config.options("automapSubstitutions:" + !chosen);
      assertThat(config.at(Door.SUBMIT).problems()).hasSize(chosen ? 0 : 1);
    }
    // What a program of the image reads can't be seen: every key that is mapped counts as used.
    Substituting unnamed =
        Substituting.config("{steps:[{name:'a',automapSubstitutions:true}]}").with("_X", "a");
    assertThat(unnamed.at(Door.SUBMIT).problems()).isEmpty();
  }

  @Test
  void aMissingKeyIsReportedOnceAndMayBeAMistypedOne() {
    assertThat(Substituting.arg("$_IMGE $_IMGE").with("_IMAGE", "a").at(Door.SUBMIT).problems())
        .first()
        .isEqualTo(
            "steps[0].args[0]: key in the template \"_IMGE\" is not matched in the substitution"
                + " data (2 uses); did you mean \"_IMAGE\"?; pass --substitutions=_IMGE=... or set"
                + " options.substitutionOption: ALLOW_LOOSE");
  }

  @Test
  void valuesThatMultiplyDoNotFillTheMemory() {
    Substituting config = Substituting.arg("$_K0");
    for (int i = 0; i < 50; i++) {
      config.with("_K" + i, "$_K%d$_K%d".formatted(i + 1, i + 1));
    }
    assertThat(config.with("_K50", "x".repeat(100)).at(Door.TRIGGER).problems())
        .isNotEmpty()
        .allMatch(p -> p.endsWith("the text gets longer than 1000000 characters; substitute less"));
  }
}
