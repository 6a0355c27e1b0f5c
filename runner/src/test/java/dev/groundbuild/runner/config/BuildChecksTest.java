package dev.groundbuild.runner.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BuildChecksTest {
  @ParameterizedTest
  @EnumSource(Door.class)
  void aSoundBuildIsAcceptedAtEveryDoor(Door door) {
    assertThat(
            Checked.problems(
                """
                {steps: [
                   {name: 'gcr.io/cloud-builders/docker', id: 'build', args: ['build', '-t', 'app', '.']},
                   {name: 'app', id: 'test', script: 'make test', waitFor: ['build'],
                    secretEnv: ['TOKEN'], timeout: '300s', volumes: [{name: 'cache', path: '/c'}]},
                   {name: 'app', waitFor: ['-'], volumes: [{name: 'cache', path: '/c'}]}],
                 timeout: '1200s', images: ['gcr.io/p/app'], tags: ['ci'],
                 substitutions: {_TAG: 'x'},
                 availableSecrets: {secretManager: [
                   {versionName: 'projects/p/secrets/t/versions/1', env: 'TOKEN'}]},
                 options: {machineType: 'E2_HIGHCPU_8', env: ['A=b'], diskSizeGb: 100}}
                """,
                door))
        .isEmpty();
  }

  @Test
  void everyProblemIsReportedInTheOrderOfTheText() {
    Build build =
        Checked.build(
            "{steps:[{args:['x']},{name:'ubuntu',env:['A'],waitFor:['b']},{name:'Bad'}],"
                + "timeout:'90000s'}");
    Map<String, Position> places =
        Map.of(
            "", at(1, 1),
            "timeout", at(1, 10),
            "steps[0]", at(3, 3),
            "steps[1]", at(4, 3),
            "steps[1].env[0]", at(6, 10),
            "steps[1].waitFor[0]", at(5, 12),
            "steps[2].name", at(7, 9));
    BuildConfig config = new BuildConfig("f.yaml", build, Map.of(), places, List.of());
    assertThat(Checked.text(BuildChecks.check(config, build, Door.UNION)))
        .containsExactly(
            "f.yaml:1:10: timeout of 25h0m0s is too long (max: 24h0m0s)",
            "f.yaml:3:3: a step needs a name: the image that it runs",
            "f.yaml:5:12: invalid .steps field: build step #1 depends on \"b\", which has not been"
                + " defined; no step has that id: give it to the step that is meant",
            "f.yaml:6:10: variable \"A\" must have the form KEY=VALUE",
            "f.yaml:7:9: invalid build step name \"Bad\" contains uppercase letters; write \"bad\"");
  }

  @Test
  void aMessageIsOneLineAndCannotDriveATerminal() {
    assertThat(Checked.problems("{steps:[{name:'x',secretEnv:['A\\nB\\u001b[2J']}]}"))
        .singleElement()
        .asString()
        .contains("secretEnv \"A\\nB?[2J\" is used without being defined");
  }

  @Test
  void whatTheReaderHasRefusedIsNotSaidAgain() {
    // The reader met a number as a name, as an id and as a secret's name, and left them out.
    Build build = Checked.build("{steps:[{},{name:'b',waitFor:['7'],secretEnv:['TOKEN']}]}");
    List<Problem> found =
        List.of(
            error("steps[0].name"),
            error("steps[0].id"),
            error("availableSecrets.secretManager[0]"));
    assertThat(check(build, found)).isEmpty();
  }

  @Test
  void aListWhoseElementsTheReaderRefusedIsNotMissing() {
    assertThat(check(Build.getDefaultInstance(), List.of(error("steps[0]")))).isEmpty();
    assertThat(check(Build.getDefaultInstance(), List.of(error("step")))).hasSize(1);
  }

  @Test
  void aTextThatCouldNotBeReadIsNotChecked() {
    assertThat(check(Build.getDefaultInstance(), List.of(error("")))).isEmpty();
  }

  @Test
  void warningsOfTheReaderHideNothing() {
    Problem warning =
        new Problem(Problem.Severity.WARNING, Optional.empty(), "steps", "a scalar for a list");
    assertThat(check(Build.getDefaultInstance(), List.of(warning))).hasSize(1);
  }

  // Corpus facts, section 7: gcloud refuses a source in the file, a trigger ignores it.
  @ParameterizedTest
  @CsvSource({
    "SUBMIT,''",
    "TRIGGER,'warning: '",
    "UNION,'warning: '",
  })
  void aSourceInTheFileIsRefusedBySubmit(Door door, String severity) {
    String said =
        "source: "
            + severity
            + "source in a build config is not used: the source is what the command or the trigger"
            + " names; leave it out";
    assertThat(Checked.problems("{steps:[{name:'x'}],source:{gitSource:{url:'u'}}}", door))
        .containsExactly(
            said + (door == Door.UNION ? "; \"gcloud builds submit\" would refuse it" : ""));
  }

  // The schema: kinds of source exclude each other, and some of their fields are required.
  @Test
  void onlyOneKindOfSourceMayBeGiven() {
    Build build = Checked.build("{steps:[{name:'x'}],source:{gitSource:{url:'u'}}}");
    Map<String, Position> places =
        Map.of(
            "source", at(1, 1),
            "source.storageSource", at(2, 3),
            "source.gitSource", at(5, 3));
    BuildConfig config = new BuildConfig("f.yaml", build, Map.of(), places, List.of());
    assertThat(Checked.text(BuildChecks.check(config, build, Door.UNION)))
        .contains("f.yaml:5:3: only one of storageSource and gitSource may be given; keep one");
  }

  @Test
  void whatTheSchemaRequiresIsRequired() {
    assertThat(
            Checked.problems(
                "{steps:[{name:'x'}],dependencies:[{empty:true},{gitSource:{revision:'main'}}]}"))
        .containsExactly(
            "dependencies[1].gitSource.repository: repository is required here",
            "dependencies[1].gitSource.destPath: destPath is required here");
    assertThat(
            Checked.problems(
                "{steps:[{name:'x'}],dependencies:[{gitSource:{repository:{url:'u'},revision:'main',"
                    + "destPath:'d'}}]}"))
        .isEmpty();
  }

  private static List<String> check(Build build, List<Problem> foundByReader) {
    BuildConfig config = new BuildConfig("f.yaml", build, Map.of(), Map.of(), foundByReader);
    return Checked.text(BuildChecks.check(config, build, Door.UNION));
  }

  private static Problem error(String path) {
    return new Problem(Problem.Severity.ERROR, Optional.empty(), path, "refused by the reader");
  }

  private static Position at(int line, int column) {
    return new Position("f.yaml", line, column);
  }
}
