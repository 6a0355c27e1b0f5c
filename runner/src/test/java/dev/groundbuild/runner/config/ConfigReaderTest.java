package dev.groundbuild.runner.config;

import static dev.groundbuild.runner.config.ReaderFixture.problems;
import static dev.groundbuild.runner.config.ReaderFixture.union;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildOptions;
import com.google.protobuf.util.Durations;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ConfigReaderTest {
  private static final String FULL =
      """
      steps:
      - name: gcr.io/cloud-builders/docker
        id: build
        args: ['build', '-t', 'x', '.']
        env:
        - A=b=c
        dir: sub
        waitFor: ['-']
        volumes:
        - name: vol
          path: /vol
        timeout: 90s
        allowFailure: true
        allowExitCodes: [1, "2"]
        automapSubstitutions: false
      - name: bash
        script: |
          #!/bin/sh
          echo $HOME
      timeout: 600.5s
      queueTtl: 3600s
      substitutions:
        _A: x
        _EMPTY: ''
      options:
        machineType: E2_HIGHCPU_8
        diskSizeGb: '100'
        dynamicSubstitutions: yes
        substitutionOption: ALLOW_LOOSE
        sourceProvenanceHash: [SHA256]
      tags: [a, b]
      logsBucket: gs://b
      """;

  @Test
  void everyKindOfFieldIsRead() {
    BuildConfig config = union(FULL);
    assertThat(config.problems()).isEmpty();
    Build build = config.build();
    assertThat(build.getStepsCount()).isEqualTo(2);
    assertThat(build.getSteps(0).getArgsList()).containsExactly("build", "-t", "x", ".");
    assertThat(build.getSteps(0).getEnv(0)).isEqualTo("A=b=c");
    assertThat(build.getSteps(0).getTimeout().getSeconds()).isEqualTo(90);
    assertThat(build.getSteps(0).getAllowExitCodesList()).containsExactly(1, 2);
    assertThat(build.getSteps(0).getVolumes(0).getPath()).isEqualTo("/vol");
    assertThat(build.getSteps(0).hasAutomapSubstitutions()).isTrue();
    assertThat(build.getSteps(1).hasAutomapSubstitutions()).isFalse();
    assertThat(build.getSteps(1).getScript()).isEqualTo("#!/bin/sh\necho $HOME\n");
    assertThat(Durations.toMillis(build.getTimeout())).isEqualTo(600_500);
    assertThat(build.getSubstitutionsMap()).containsEntry("_A", "x").containsEntry("_EMPTY", "");
    assertThat(build.getOptions().getDiskSizeGb()).isEqualTo(100);
    assertThat(build.getOptions().getDynamicSubstitutions()).isTrue();
    assertThat(build.getOptions().getSourceProvenanceHashCount()).isEqualTo(1);
    assertThat(build.getOptions().getMachineType())
        .isEqualTo(BuildOptions.MachineType.E2_HIGHCPU_8);
  }

  @Test
  void everyFieldAndEveryElementHasItsPlace() {
    BuildConfig config = union(FULL);
    assertThat(config.place("steps")).hasToString("Optional[f.yaml:2:1]");
    assertThat(config.place("steps[0]")).hasToString("Optional[f.yaml:2:3]");
    assertThat(config.place("steps[0].name")).hasToString("Optional[f.yaml:2:9]");
    assertThat(config.place("steps[0].args")).hasToString("Optional[f.yaml:4:9]");
    assertThat(config.place("steps[0].args[2]")).hasToString("Optional[f.yaml:4:25]");
    assertThat(config.place("steps[0].waitFor[0]")).hasToString("Optional[f.yaml:8:13]");
    assertThat(config.place("steps[1].script")).hasToString("Optional[f.yaml:17:11]");
    assertThat(config.place("substitutions._A")).hasToString("Optional[f.yaml:23:7]");
    assertThat(config.place("steps[0].nothing")).hasToString("Optional[f.yaml:2:3]");
    assertThat(config.place("")).hasToString("Optional[f.yaml:1:1]");
  }

  @Test
  void allProblemsAreReportedAtOnceInTheOrderOfTheText() {
    assertThat(
            problems(
                """
                steps:
                - name: bash
                  arg: hi
                  args: [1, true]
                  timeout: 600
                options: {machineType: e2_highcpu_8}
                tag: x
                """))
        .containsExactly(
            "f.yaml:3:3: unknown field \"arg\" in BuildStep; did you mean \"args\"?",
            "f.yaml:4:10: text is wanted here, and 1 is a number; quote it: \"1\"",
            "f.yaml:4:13: text is wanted here, and true is a boolean; quote it: \"true\"",
            "f.yaml:5:12: a duration needs a unit; write \"600s\"",
            "f.yaml:6:24: \"e2_highcpu_8\" is not a value of machineType; did you mean"
                + " \"E2_HIGHCPU_8\"?",
            "f.yaml:7:1: unknown field \"tag\" in Build; did you mean \"tags\"?");
  }

  @Test
  void anUnknownKeyThatIsKnownElsewhereIsSentThere() {
    assertThat(problems("steps: []\nmachineType: E2_HIGHCPU_8"))
        .containsExactly(
            "f.yaml:2:1: unknown field \"machineType\" in Build; it belongs in `options`");
    assertThat(problems("steps: []\noptions: {substitutions: x, wait_for: y}"))
        .containsExactly(
            "f.yaml:2:11: unknown field \"substitutions\" in BuildOptions; it belongs at the top"
                + " level",
            "f.yaml:2:29: unknown field \"wait_for\" in BuildOptions; it belongs in `steps`");
  }

  @Test
  void bothSpellingsAreReadButNotBothAtOnce() {
    BuildConfig config = union("steps:\n- {name: a, wait_for: ['-']}\n");
    assertThat(config.problems()).isEmpty();
    assertThat(config.build().getSteps(0).getWaitForList()).containsExactly("-");
    assertThat(problems("steps:\n- {name: a, wait_for: ['-'], waitFor: ['-']}\n"))
        .containsExactly(
            "f.yaml:2:30: \"wait_for\" and \"waitFor\" are the same field; keep one of them");
    assertThat(problems("options: {wrker_pool: x}"))
        .containsExactly(
            "f.yaml:1:11: unknown field \"wrker_pool\" in BuildOptions; did you mean"
                + " \"worker_pool\"?");
  }

  @Test
  void outputOnlyFieldsAreRefused() {
    assertThat(problems("id: x\nsteps:\n- name: a\n  status: SUCCESS\nresults: {}\nlogUrl:\n"))
        .containsExactly(
            "f.yaml:1:5: id is output only: Cloud Build sets it; remove it",
            "f.yaml:4:11: status is output only: Cloud Build sets it; remove it",
            "f.yaml:5:10: results is output only: Cloud Build sets it; remove it");
  }

  @Test
  void enumsAreExactAndAnUnknownValueListsThemWhenNoneIsNear() {
    assertThat(problems("options: {logging: ZZZ, requestedVerifyOption: 1}"))
        .containsExactly(
            "f.yaml:1:20: \"ZZZ\" is not a value of logging; it can be LOGGING_UNSPECIFIED, LEGACY,"
                + " GCS_ONLY, STACKDRIVER_ONLY, CLOUD_LOGGING_ONLY, NONE",
            "f.yaml:1:48: \"1\" is not a value of requestedVerifyOption; it can be NOT_VERIFIED,"
                + " VERIFIED");
  }

  @Test
  void numbersAreNumbersAndBooleansAreBooleans() {
    assertThat(
            problems(
                "steps:\n- {name: a, allowExitCodes: [1.5, x, 3000000000], allowFailure: 'true'}"))
        .containsExactly(
            "f.yaml:2:30: a whole number of 32 bits is wanted here, not 1.5",
            "f.yaml:2:35: a whole number of 32 bits is wanted here, not x",
            "f.yaml:2:38: a whole number of 32 bits is wanted here, not 3000000000",
            "f.yaml:2:65: true or false is wanted here, not \"true\"; remove the quotes");
    assertThat(union("options: {diskSizeGb: 0x64}").build().getOptions().getDiskSizeGb())
        .isEqualTo(100);
    assertThat(union("options: {diskSizeGb: 1_00}").build().getOptions().getDiskSizeGb())
        .isEqualTo(100);
  }

  @Test
  void shapesAreChecked() {
    assertThat(problems("steps: [bash]\noptions: x\nsubstitutions: [a]\nimages: [[a], {b: c}]"))
        .containsExactly(
            "f.yaml:1:9: a mapping is wanted here, not a single value",
            "f.yaml:2:10: a mapping is wanted here, not a single value",
            "f.yaml:3:16: a mapping of names to values is wanted here",
            "f.yaml:4:10: a single value is wanted here, not a list",
            "f.yaml:4:15: a single value is wanted here, not a mapping; if this is meant as text,"
                + " quote it, since it holds \": \"");
  }

  @Test
  void encryptedValuesAreBase64InOneLineOrMany() {
    BuildConfig config = union("secrets:\n- secretEnv:\n    A: |\n      aGVs\n      bG8=\n");
    assertThat(config.hasErrors()).isFalse();
    assertThat(config.build().getSecrets(0).getSecretEnvOrThrow("A").toStringUtf8())
        .isEqualTo("hello");
    assertThat(problems("secrets:\n- secretEnv: {A: <TOKEN>, B: [x], C: aGVsbG8}\n"))
        .containsExactly(
            "f.yaml:2:18: illegal base64 data at input byte 0; the encrypted value in base64 is"
                + " wanted here",
            "f.yaml:2:30: a single value is wanted here, not a list",
            "f.yaml:2:38: illegal base64 data at input byte 7; the encrypted value in base64 is"
                + " wanted here");
  }

  @Test
  void onlyOneKindOfSourceIsTaken() {
    assertThat(
            problems("source: {gitSource: {url: x}, repoSource: {repoName: y}, storageSource: }"))
        .contains(
            "f.yaml:1:31: \"gitSource\" and \"repoSource\" exclude each other; keep one of them");
  }

  @Test
  void anEmptyConfigSaysWhatItNeeds() {
    String empty = "f.yaml:1:1: the config is empty; it needs at least `steps:`";
    assertThat(problems("")).containsExactly(empty);
    assertThat(problems("# nothing\n")).containsExactly(empty);
    assertThat(problems("~")).containsExactly(empty);
    assertThat(problems("--- \n...\n")).hasSize(1);
    assertThat(problems("- name: a\n"))
        .containsExactly(
            "f.yaml:1:1: the config is a list; put `steps:` above it, and indent the list");
    assertThat(problems("hello"))
        .containsExactly(
            "f.yaml:1:1: the config is a single value; it must be a mapping with `steps:`");
  }

  @Test
  void aValueOfAnUnknownTypeIsRefused() {
    assertThat(problems("logsBucket: !env X\ntags: [!!str 1]\n"))
        .containsExactly("f.yaml:1:13: the tag !env is not known here; remove it");
  }

  @Test
  void whatAMessageQuotesIsOneShortLine() {
    assertThat(
            problems(
                "\"a\\nb\": 1\ntimeout: |\n  x\n  y\nlogsBucket: 1\n\"%s\": 1"
                    .formatted("k".repeat(99))))
        .containsExactly(
            "f.yaml:1:1: unknown field \"a\\u000ab\" in Build",
            "f.yaml:2:10: \"x\\u000ay\\u000a\" is not a duration; write \"600s\", \"10m\" or"
                + " \"1h30m\"",
            "f.yaml:5:13: text is wanted here, and 1 is a number; quote it: \"1\"",
            "f.yaml:6:1: unknown field \"" + "k".repeat(80) + "...\" in Build");
  }

  @Test
  void whatAnAliasRepeatsIsReportedOnce() {
    assertThat(problems("steps:\n- &a {name: x, args: [1]}\n- *a\n- <<: *a\n  id: y\n"))
        .containsExactly("f.yaml:2:23: text is wanted here, and 1 is a number; quote it: \"1\"");
  }

  @Test
  void readingNeverFails() {
    byte[] bytes = FULL.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      byte[] cut = Arrays.copyOf(bytes, i);
      assertThat(ConfigReader.read("f", cut, Door.UNION)).isNotNull();
    }
  }
}
