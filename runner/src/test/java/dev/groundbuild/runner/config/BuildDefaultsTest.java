package dev.groundbuild.runner.config;

import static dev.groundbuild.runner.config.Checked.build;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spec 1.2, 1.4, 1.7 and 4.1: what the service fills in. */
class BuildDefaultsTest {
  @Test
  void anEmptyBuildGetsTimesAndOptionsAndNothingElse() {
    assertThat(BuildDefaults.complete(build("{steps:[{name:'x'}]}")))
        .isEqualTo(
            build(
                "{steps:[{name:'x'}],timeout:'3600s',queueTtl:'3600s',options:{logging:'LEGACY'}}"));
  }

  @Test
  void whatIsGivenStays() {
    Build given =
        build(
            "{steps:[{name:'x'}],timeout:'5s',queueTtl:'6s',"
                + "options:{logging:'NONE',diskSizeGb:10},artifacts:{objects:{location:'gs://b/'}}}");
    assertThat(BuildDefaults.complete(given)).isEqualTo(given);
  }

  @Test
  void anExplicitTimeoutOfZeroIsNotTheDefault() {
    assertThat(BuildDefaults.complete(build("{timeout:'0s'}")).getTimeout().getSeconds()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{images:['a','b']}", "{artifacts:{images:['a','b']}}"})
  void imagesAreInBothOfTheirPlaces(String json) {
    Build complete = BuildDefaults.complete(build(json));
    assertThat(complete.getImagesList()).containsExactly("a", "b");
    assertThat(complete.getArtifacts().getImagesList()).containsExactly("a", "b");
  }

  @ParameterizedTest
  @CsvSource({"gs://b,gs://b/", "gs://b/,gs://b/", "gs://b/x,gs://b/x/"})
  void theLocationOfObjectsEndsWithASlash(String given, String complete) {
    Build build = build("{artifacts:{objects:{location:'" + given + "',paths:['x']}}}");
    assertThat(BuildDefaults.complete(build).getArtifacts().getObjects().getLocation())
        .isEqualTo(complete);
  }

  @Test
  void tagsLoseEmptyAndRepeatedOnesAndKeepTheirOrder() {
    assertThat(BuildDefaults.complete(build("{tags:['a','','b','a']}")).getTagsList())
        .containsExactly("a", "b");
  }

  @Test
  void otherOptionsStayNextToTheLoggingMode() {
    BuildOptions options =
        BuildDefaults.complete(build("{options:{machineType:'E2_MEDIUM'}}")).getOptions();
    assertThat(options.getMachineType()).isEqualTo(BuildOptions.MachineType.E2_MEDIUM);
    assertThat(options.getLogging()).isEqualTo(BuildOptions.LoggingMode.LEGACY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{steps:[{name:'x'}],images:['a'],tags:['b','b',''],timeout:'1s'}",
        "{artifacts:{images:['a'],objects:{location:'gs://b',paths:['p']}}}"
      })
  void completingTwiceChangesNothing(String json) {
    Build once = BuildDefaults.complete(build(json));
    assertThat(BuildDefaults.complete(once)).isEqualTo(once);
  }
}
