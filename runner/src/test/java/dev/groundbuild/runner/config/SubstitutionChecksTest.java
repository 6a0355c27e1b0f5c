package dev.groundbuild.runner.config;

import static dev.groundbuild.runner.config.Checked.Case.accepted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.runner.config.Checked.Case;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubstitutionChecksTest {
  static List<Case> cases() {
    return Checked.table(
        // Spec 2.1: a key of the file matches ^_[A-Z0-9_]+$.
        accepted("keys", map("_VARIABLE_1:'x',_1VARIABLE:'',__X:'y'")),
        refused("lower case", map("_a:'x'"), "_a", bad("_a", "_A")),
        refused("mixed case", map("Variable:'x'"), "Variable", bad("Variable", "_VARIABLE")),
        refused("dash", map("'VAR-1':'x'"), "VAR-1", bad("VAR-1", "_VAR_1")),
        refused("no underscore", map("VARIABLE:'x'"), "VARIABLE", bad("VARIABLE", "_VARIABLE")),
        refused(
            "only an underscore",
            map("_:'x'"),
            "_",
            "substitution key \"_\" must match ^_[A-Z0-9_]+$"),
        refused(
            "fixed built-in",
            map("PROJECT_ID:'x'"),
            "PROJECT_ID",
            "\"PROJECT_ID\" is a built-in substitution that can't be set; leave it out"),
        // Spec 1.11: 200 of them, keys of 100 bytes, values of 4,000 bytes.
        accepted("key of 100", map("_" + "A".repeat(99) + ":'x'")),
        refused(
            "key of 101",
            map("_" + "A".repeat(100) + ":'x'"),
            "_" + "A".repeat(100),
            "substitution key too long: 101 bytes (max: 100)"),
        accepted("value of 4000", map("_A:'" + "é".repeat(2000) + "'")),
        refused(
            "value of 4002 bytes",
            map("_A:'" + "é".repeat(2001) + "'"),
            "_A",
            "value of substitution \"_A\" too long: 4002 bytes (max: 4000)"),
        accepted("200 of them", map(keys(200))));
  }

  private static Case refused(String rule, String json, String key, String message) {
    return Case.refused(rule, json, "substitutions." + key + ": " + message);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aMapIsAcceptedOrRefused(Case tried) {
    assertThat(Checked.problems(tried.json())).isEqualTo(tried.problems());
  }

  @Test
  void moreThan200AreTooMany() {
    assertThat(Checked.problems(map(keys(201))))
        .containsExactly("substitutions: 201 substitutions are too many (max: 200)");
  }

  // Spec 2.1: built-ins that a request may override; corpus facts, section 7: gcloud refuses them
  // in
  // the file, the service takes them.
  @ParameterizedTest
  @ValueSource(
      strings = {"REPO_NAME", "BRANCH_NAME", "TAG_NAME", "REVISION_ID", "COMMIT_SHA", "SHORT_SHA"})
  void anOverridableBuiltInIsRefusedBySubmitOnly(String key) {
    String said =
        "\""
            + key
            + "\" is a built-in substitution; the file may set user keys only, which match"
            + " ^_[A-Z0-9_]+$";
    String json = map(key + ":'x'");
    assertThat(Checked.problems(json, Door.SUBMIT))
        .containsExactly("substitutions." + key + ": " + said);
    assertThat(Checked.problems(json, Door.TRIGGER)).isEmpty();
    assertThat(Checked.problems(json, Door.UNION))
        .containsExactly(
            "substitutions."
                + key
                + ": warning: "
                + said
                + "; \"gcloud builds submit\" would refuse it");
  }

  @Test
  void theMapOfTheFileIsCheckedAndNotTheMapOfTheRequest() {
    assertThat(Checked.problems(map("_A:'x'"), map("_A:'x',COMMIT_SHA:'y',PROJECT_ID:'z'")))
        .isEmpty();
  }

  private static String bad(String key, String meant) {
    return "substitution key \"%s\" must match ^_[A-Z0-9_]+$; did you mean \"%s\"?"
        .formatted(key, meant);
  }

  private static String map(String entries) {
    return "{steps:[{name:'x'}],substitutions:{" + entries + "}}";
  }

  private static String keys(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "_K" + i + ":'x'")
        .collect(Collectors.joining(","));
  }
}
