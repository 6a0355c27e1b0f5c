package dev.groundbuild.runner.config;

import static dev.groundbuild.runner.config.ReaderFixture.problems;
import static dev.groundbuild.runner.config.ReaderFixture.union;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FieldFatesTest {
  @Test
  void everyFieldOfTheMessageAndEveryUnpublishedOneHasAFate() {
    assertThat(KnownField.all())
        .filteredOn(field -> !field.outputOnly())
        .allSatisfy(
            field -> assertThat(FieldFates.find(field.path())).as(field.path()).isPresent());
  }

  @Test
  void everyRowIsAboutAFieldThatExistsAndThatAConfigMaySet() {
    List<String> settable =
        KnownField.all().stream().filter(f -> !f.outputOnly()).map(KnownField::path).toList();
    assertThat(FieldFates.rows()).allSatisfy(row -> assertThat(row.path()).isIn(settable));
    assertThat(FieldFates.rows()).allSatisfy(row -> assertThat(row.sentence()).isNotBlank());
  }

  @Test
  void noUnpublishedFieldHasBeenPublishedSince() {
    assertThat(KnownField.all().stream().map(KnownField::path)).doesNotHaveDuplicates();
  }

  @Test
  void whatDoesNotHappenHereIsSaidOnce() {
    assertThat(
            problems(
                """
                steps:
                - name: a
                  secretEnv: [A]
                - name: b
                  secretEnv: [B]
                images: [x]
                artifacts:
                  mavenArtifacts:
                  - deployFolder: d
                  oci:
                  - file: f
                    tags: [t]
                availableSecrets:
                  secretManager:
                  - {versionName: v, env: A}
                """))
        .containsExactly(
            "f.yaml:9:19: warning: artifacts.mavenArtifacts.deployFolder: a folder is not uploaded from here:"
                + " name the file in path",
            "f.yaml:11:3: warning: artifacts.oci: not uploaded from here");
  }

  @Test
  void whatChangesNothingIsAcceptedSilently() {
    assertThat(
            problems(
                """
                steps: [{name: a}]
                options:
                  machineType: E2_STANDARD_2
                  logging: CLOUD_LOGGING_ONLY
                  diskSizeGb: 100
                  requestedVerifyOption: NOT_VERIFIED
                  pool: {}
                  env: []
                images: []
                serviceAccount: projects/p/serviceAccounts/s
                logsBucket: gs://b
                """))
        .containsExactly(
            "f.yaml:7:9: warning: options.pool: the build runs on this machine, not in the pool");
  }

  @Test
  void unpublishedFieldsAreReadLikeTheOthersAndKept() {
    BuildConfig config =
        union(
            """
            steps:
            - name: a
              results:
              - name: r
                attestation_type: t
            options:
              pubsub_topic: projects/p/topics/t
              machine_type: E2_STANDARD_2
              dockerDaemon: NO_DOCKER
              pool: {workerConfig: {diskSizeGb: '100'}}
              anthosCluster: {a: [1, x, null], b: yes}
            artifacts:
              oci: [{file: f, tags: a}]
            dependencies:
            - gitSource: {fetchTags: false}
            """);
    assertThat(config.hasErrors()).isFalse();
    assertThat(config.extras())
        .containsOnly(
            Map.entry("steps[0].results", "[{\"name\":\"r\",\"attestationType\":\"t\"}]"),
            Map.entry("options.pubsubTopic", "\"projects/p/topics/t\""),
            Map.entry("options.machineType", "\"E2_STANDARD_2\""),
            Map.entry("options.dockerDaemon", "\"NO_DOCKER\""),
            Map.entry("options.pool.workerConfig", "{\"diskSizeGb\":\"100\"}"),
            Map.entry("options.anthosCluster", "{\"a\":[1.0,\"x\",null],\"b\":true}"),
            Map.entry("artifacts.oci", "[{\"file\":\"f\",\"tags\":[\"a\"]}]"),
            Map.entry("dependencies[0].gitSource.fetchTags", "false"));
    assertThat(config.place("artifacts.oci[0].tags[0]")).hasToString("Optional[f.yaml:13:25]");
  }

  @Test
  void unpublishedFieldsAreCheckedToo() {
    assertThat(problems("artifacts:\n  oci:\n  - {fil: x, tags: [1]}\n  ocy: [x]\n"))
        .containsExactly(
            "f.yaml:3:3: warning: artifacts.oci: not uploaded from here",
            "f.yaml:3:6: unknown field \"fil\" in artifacts.oci; did you mean \"file\"?",
            "f.yaml:3:21: text is wanted here, and 1 is a number; quote it: \"1\"",
            "f.yaml:4:3: unknown field \"ocy\" in Artifacts; did you mean \"oci\"?");
  }

  @Test
  void whatCannotWorkHereIsRefused() {
    assertThat(problems("remoteConfig: x\nsteps:\n- remote_config: y\n"))
        .containsExactly(
            "f.yaml:1:15: remoteConfig: a config elsewhere is not fetched; put its steps into this"
                + " file",
            "f.yaml:3:18: steps[].remoteConfig: a config elsewhere is not fetched; put its steps"
                + " into this file");
  }
}
