package dev.groundbuild.runner.config;

import static dev.groundbuild.runner.config.Checked.Case.accepted;
import static dev.groundbuild.runner.config.Checked.Case.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.runner.config.Checked.Case;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BuildRulesTest {
  private static final String TAG_FORM = "must match format \"^[\\\\w][\\\\w.-]{0,127}$\"";
  private static final String NO_LOGS =
      "a build with a serviceAccount must say where its logs go: set options.logging to"
          + " CLOUD_LOGGING_ONLY or NONE, or options.defaultLogsBucketBehavior to"
          + " REGIONAL_USER_OWNED_BUCKET, or logsBucket (or submit it with --gcs-log-dir)";

  static List<Case> cases() {
    return Checked.table(
        // Spec 1.2: the timeout is at most 24 hours.
        accepted("timeout of 24 h", build("timeout:'86400s'")),
        refused(
            "timeout over 24 h",
            build("timeout:'86401s'"),
            "timeout: timeout of 24h0m1s is too long (max: 24h0m0s)"),
        refused(
            "negative timeout",
            build("timeout:'-60s'"),
            "timeout: timeout must not be negative: -1m0s"),
        // Spec 1.2 and real configs: queueTtl has no known upper limit.
        accepted("queueTtl of three days", build("queueTtl:'259200s'")),
        refused(
            "negative queueTtl",
            build("queueTtl:'-1.5s'"),
            "queueTtl: queueTtl must not be negative: -1.5s"),
        // Spec 1.4: the disk has at most 4000 GB.
        accepted("disk of 4000", build("options:{diskSizeGb:'4000'}")),
        refused(
            "disk of 4001",
            build("options:{diskSizeGb:4001}"),
            "options.diskSizeGb: diskSizeGb of 4001 is not within 0 and 4000"),
        refused(
            "negative disk",
            build("options:{diskSizeGb:-1}"),
            "options.diskSizeGb: diskSizeGb of -1 is not within 0 and 4000"),
        // Spec 1.2: at most 64 tags in the alphabet of Docker's; empty and repeated ones are
        // dropped.
        accepted("tags", build("tags:['ABCabc-._','_','" + "x".repeat(128) + "','','_']")),
        refused(
            "bad tags",
            build("tags:['%','ok','infrastructure/schema']"),
            "tags[0]: invalid build tag \"%\": " + TAG_FORM,
            "tags[2]: invalid build tag \"infrastructure/schema\": " + TAG_FORM),
        refused(
            "tag of 129",
            build("tags:['" + "x".repeat(129) + "']"),
            "tags[0]: invalid build tag \"" + "x".repeat(129) + "\": " + TAG_FORM),
        accepted("64 tags", build("tags:[" + tags(64) + "]")),
        refused(
            "65 tags",
            build("tags:[" + tags(65) + "]"),
            "tags[64]: 65 tags are too many (max: 64)"),
        // Spec 1.2: a dependency's depth is -1 for everything.
        accepted("depth of -1", dependency(-1)),
        refused(
            "depth of -2",
            dependency(-2),
            "dependencies[0].gitSource.depth: depth must be -1 (all commits) or a number of commits"));
  }

  static List<Case> logs() {
    return Checked.table(
        accepted("logsBucket", account("logsBucket:'gs://b'")),
        accepted("CLOUD_LOGGING_ONLY", account("options:{logging:'CLOUD_LOGGING_ONLY'}")),
        accepted("STACKDRIVER_ONLY", account("options:{logging:'STACKDRIVER_ONLY'}")),
        accepted("NONE", account("options:{logging:'NONE'}")),
        accepted(
            "regional bucket",
            account("options:{defaultLogsBucketBehavior:'REGIONAL_USER_OWNED_BUCKET'}")),
        accepted("no serviceAccount", build("options:{logging:'LEGACY'}")),
        refused("nothing", account(""), "serviceAccount: " + NO_LOGS),
        refused("GCS_ONLY", account("options:{logging:'GCS_ONLY'}"), "serviceAccount: " + NO_LOGS),
        refused(
            "LEGACY_BUCKET",
            account("options:{defaultLogsBucketBehavior:'LEGACY_BUCKET'}"),
            "serviceAccount: " + NO_LOGS));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aBuildIsAcceptedOrRefused(Case tried) {
    assertThat(Checked.problems(tried.json())).isEqualTo(tried.problems());
  }

  // Corpus facts, section 7: both doors refuse a serviceAccount without a logging choice.
  @ParameterizedTest
  @MethodSource("logs")
  void aServiceAccountNeedsAChoiceOfLogsAtBothDoors(Case tried) {
    assertThat(Checked.problems(tried.json(), Door.SUBMIT)).isEqualTo(tried.problems());
    assertThat(Checked.problems(tried.json(), Door.TRIGGER)).isEqualTo(tried.problems());
  }

  @Test
  void withoutADoorAMissingChoiceOfLogsIsAWarning() {
    assertThat(Checked.problems(account("")))
        .containsExactly("serviceAccount: warning: " + NO_LOGS + "; Cloud Build would refuse it");
  }

  @Test
  void aLogsBucketWhoseSubstitutionIsEmptyIsAChoiceAllTheSame() {
    assertThat(Checked.problems(account("logsBucket:'$_LOGS'"), account("logsBucket:''")))
        .isEmpty();
  }

  @Test
  void tagsAreLookedAtAfterSubstitution() {
    assertThat(Checked.problems(build("tags:['$_A','${_B}']"), build("tags:['a','x:y']")))
        .containsExactly(
            "tags[1]: invalid build tag \"x:y\": "
                + TAG_FORM
                + " (made from \"${_B}\"; check the values of its substitutions)");
  }

  private static String build(String fields) {
    return "{steps:[{name:'x'}]" + (fields.isEmpty() ? "" : ",") + fields + "}";
  }

  private static String account(String fields) {
    return build(
        "serviceAccount:'projects/p/serviceAccounts/a'" + (fields.isEmpty() ? "" : ",") + fields);
  }

  private static String dependency(int depth) {
    return build(
        "dependencies:[{gitSource:{repository:{url:'u'},revision:'r',destPath:'d',depth:"
            + depth
            + "}}]");
  }

  private static String tags(int count) {
    return IntStream.range(0, count).mapToObj(i -> "'t'").collect(Collectors.joining(","));
  }
}
