package dev.groundbuild.runner.config;

import static dev.groundbuild.runner.config.SubstitutionTableTest.Evidence.ASSUMED;
import static dev.groundbuild.runner.config.SubstitutionTableTest.Evidence.PROVEN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each text becomes, with the line of the spec that says so: proven where the service, its
 * documentation or the archived builder was seen to do it, assumed where the spec chose.
 */
class SubstitutionTableTest {
  enum Evidence {
    PROVEN,
    ASSUMED
  }

  /** Values are those of {@link #VALUES}; the build is loose. */
  record Row(Evidence evidence, String spec, boolean dynamic, String text, String result) {
    @Override
    public String toString() {
      return "%s (%s, %s%s)"
          .formatted(
              text, spec, evidence.name().toLowerCase(Locale.ROOT), dynamic ? ", dynamic" : "");
    }
  }

  private static final Map<String, String> VALUES =
      Map.of(
          "_VAR", "World",
          "_EMPTY", "",
          "_NESTED", "$_VAR",
          "_TAG", "v1.2.3",
          "_IMAGE", "gcr.io/p/app:v1",
          "_REF", "refs/tags/$TAG_NAME",
          "_SOURCE", "${_PR_NUMBER:-main}",
          "_DOLLARS", "$$_VAR",
          "_WEIRD", "$lower $(cmd) ${lower}");

  private static final Map<String, String> BUILT_INS =
      Map.of(
          "PROJECT_ID", "proj",
          "SHORT_SHA", "abcdefg",
          "TAG_NAME", "v9",
          "BUILD_ID", "b0b0b0b0-1111");

  static Stream<Row> grammar() {
    String s = "2.2";
    return Stream.of(
        row(PROVEN, s, "Hello $_VAR", "Hello World"),
        row(PROVEN, s, "${_VAR}_FOO", "World_FOO"),
        row(PROVEN, s, "$_VARfoo", "Worldfoo"),
        row(PROVEN, s, "$_VAR$_VAR", "WorldWorld"),
        row(PROVEN, s, "世$_VAR界", "世World界"),
        row(PROVEN, s, "$_VAR_FOO, $_VAR", ", World"),
        row(PROVEN, s, "$$_VAR", "$_VAR"),
        row(PROVEN, s, "$$$_VAR", "$World"),
        row(PROVEN, s, "$$$$_VAR", "$$_VAR"),
        row(PROVEN, s, "$${_VAR}_FOO, $_VAR", "${_VAR}_FOO, World"),
        row(PROVEN, s, "$$$$_VAR $$$_VAR, $_VAR, $$_VAR", "$$_VAR $World, World, $_VAR"),
        row(PROVEN, s, "\\$_VAR", "\\World"),
        row(PROVEN, s, "$_VAR}", "World}"),
        row(PROVEN, s, "${_VAR", "${_VAR"),
        row(PROVEN, s, "$1 $ $lower $(x) ${} ${_V:-d}", "$1 $ $lower $(x) ${} ${_V:-d}"),
        row(PROVEN, s, "${_VAR,,} ${lower} ${_foo}", "${_VAR,,} ${lower} ${_foo}"),
        row(PROVEN, s, "$", "$"),
        row(PROVEN, s, "$_NESTED", "$_VAR"),
        row(PROVEN, s, "$_DOLLARS", "$$_VAR"),
        row(PROVEN, s, "[$_UNKNOWN] [$_EMPTY]", "[] []"),
        row(PROVEN, s, "${PROJECT_ID}_cloudbuild", "proj_cloudbuild"),
        row(ASSUMED, s, "${lower:-$_VAR}", "${lower:-World}"));
  }

  static Stream<Row> builtIns() {
    String s = "2.1";
    return Stream.of(
        row(PROVEN, s, "$PROJECT_ID/$SHORT_SHA", "proj/abcdefg"),
        row(PROVEN, s, "[$BRANCH_NAME]", "[]"),
        row(PROVEN, s, "[$TRIGGER_NAME$REF_NAME]", "[]"),
        row(PROVEN, s, "[$SERVICE_ACCOUNT_EMAIL]", "[]"));
  }

  static Stream<Row> dynamicSubstitutions() {
    String s = "2.5";
    return Stream.of(
        dynamic(PROVEN, s, "$_VAR ${_VAR}", "World World"),
        dynamic(PROVEN, s, "$$_VAR ${lower} $(cmd) $lower", "$_VAR ${lower} $(cmd) $lower"),
        dynamic(PROVEN, s, "${_MISSING:-x}", "x"),
        dynamic(PROVEN, s, "${_EMPTY:-${SHORT_SHA}}", "abcdefg"),
        dynamic(PROVEN, s, "${_TAG//./-}", "v1-2-3"),
        dynamic(PROVEN, s, "${TAG_NAME%%.*} ${_TAG%%.*}", "v9 v1"),
        dynamic(PROVEN, s, "${BUILD_ID:0:8}", "b0b0b0b0"),
        dynamic(PROVEN, s, "${_IMAGE##*:}", "v1"),
        dynamic(PROVEN, s, "$_NESTED", "World"),
        dynamic(PROVEN, s, "$_REF", "refs/tags/v9"),
        dynamic(PROVEN, s, "$_SOURCE", "main"),
        dynamic(ASSUMED, s, "$_DOLLARS", "$_VAR"),
        dynamic(ASSUMED, s, "$_WEIRD", "$lower $(cmd) ${lower}"),
        dynamic(ASSUMED, s, "${_TAG#v} ${_TAG%.*} ${#_TAG}", "1.2.3 v1.2 6"),
        dynamic(ASSUMED, s, "${_VAR^^} ${_VAR,} ${_VAR,,[W]}", "WORLD world world"),
        dynamic(ASSUMED, s, "${_TAG/#v/V} ${_TAG/%3/4} ${_TAG/./_}", "V1.2.3 v1.2.4 v1_2.3"),
        dynamic(ASSUMED, s, "${_TAG: -3} ${_TAG: -3:1} ${_TAG:0:-2}", "2.3 2 v1.2"),
        dynamic(ASSUMED, s, "${_VAR:+set} ${_EMPTY+set} ${_NO+set}.", "set set ."),
        dynamic(ASSUMED, s, "${_EMPTY:=x} ${_EMPTY-x} ${_NO=x}", "x  x"),
        dynamic(ASSUMED, s, "${_VAR:?needed}", "World"),
        dynamic(ASSUMED, s, "${BRANCH_NAME-none}", "none"));
  }

  @ParameterizedTest
  @MethodSource({"grammar", "builtIns", "dynamicSubstitutions"})
  void aTextBecomes(Row row) {
    Substituting one = Substituting.arg(row.text()).loose();
    VALUES.forEach(one::with);
    BUILT_INS.forEach(one::builtIn);
    assertThat((row.dynamic() ? one.dynamic() : one).result()).isEqualTo(row.result());
  }

  /** A config and everything that is said of it. */
  record Check(
      Evidence evidence, String spec, String matter, Substituting config, List<String> problems) {
    @Override
    public String toString() {
      return "%s (%s, %s)".formatted(matter, spec, evidence.name().toLowerCase(Locale.ROOT));
    }
  }

  private static final String STRICT =
      "; pass --substitutions=_X=... or set options.substitutionOption: ALLOW_LOOSE";
  private static final String LOOSE = " or set options.substitutionOption: ALLOW_LOOSE";
  private static final String NOT_MATCHED =
      "key in the template \"_X\" is not matched in the substitution data";
  private static final String UNUSED =
      "key \"_X\" in the substitution data is not matched in the template";

  static Stream<Check> checks() {
    String arg = "steps[0].args[0]: ";
    String foo =
        arg
            + "key in the template \"FOO\" is not a valid built-in substitution; for a shell's own"
            + " variable write \"$$FOO\"";
    return Stream.of(
        check("2.3.4", "used and given", x("$_X", Door.SUBMIT).with("_X", "1")),
        check("2.3", "escaped", x("$$FOO", Door.SUBMIT)),
        check("2.3.3", "not built-in", x("$FOO", Door.SUBMIT), foo),
        check("2.3.3", "not built-in, loose", x("$FOO", Door.SUBMIT).loose(), foo),
        check("2.3.3", "not built-in, trigger", x("$FOO", Door.TRIGGER), foo),
        check(
            "2.3.3",
            "not built-in, union",
            x("${FOO}", Door.UNION),
            foo.replace("$$FOO", "$${FOO}")),
        check(
            "2.3.3",
            "mixed case",
            x("$Foo", Door.SUBMIT),
            arg
                + "key in the template \"F\" is not a valid built-in substitution; for a shell's"
                + " own variable write \"$$Foo\""),
        check("2.3.4", "missing", x("$_X", Door.SUBMIT), arg + NOT_MATCHED + STRICT),
        check("2.3.4", "missing, loose", x("$_X", Door.SUBMIT).loose()),
        check("2.3.4", "missing, trigger", x("$_X", Door.TRIGGER)),
        check(
            "2.3.4",
            "missing, union",
            x("$_X", Door.UNION),
            arg + NOT_MATCHED + STRICT + " (a trigger would use an empty value)"),
        check(
            "2.3.4",
            "unused",
            x("a", Door.SUBMIT).with("_X", ""),
            "substitutions._X: " + UNUSED + "; use it, remove it," + LOOSE),
        check("2.3.4", "unused, loose", x("a", Door.SUBMIT).with("_X", "").loose()),
        check("2.3.4", "unused, trigger", x("a", Door.TRIGGER).with("_X", "")),
        check(
            "2.3.4",
            "unused, union",
            x("a", Door.UNION).with("_X", ""),
            "substitutions._X: warning: "
                + UNUSED
                + "; use it, remove it,"
                + LOOSE
                + "; \"gcloud builds submit\" would refuse it"),
        check(
            "2.3.4",
            "unused, of the request",
            x("a", Door.SUBMIT).override("_X", ""),
            "substitutions._X: " + UNUSED + "; do not pass it," + LOOSE),
        check("2.1", "built-ins need no value", x("$BRANCH_NAME$TRIGGER_NAME", Door.SUBMIT)),
        check("2.1", "built-ins need no use", x("a", Door.SUBMIT).override("TAG_NAME", "v1")));
  }

  @ParameterizedTest
  @MethodSource("checks")
  void whatDoesNotMatchIsReported(Check check) {
    assertThat(check.config().problems()).isEqualTo(check.problems());
  }

  private static Substituting x(String text, Door door) {
    return Substituting.arg(text).at(door);
  }

  private static Check check(String spec, String matter, Substituting config, String... problems) {
    return new Check(
        matter.contains("union") ? ASSUMED : PROVEN, spec, matter, config, List.of(problems));
  }

  private static Row row(Evidence evidence, String spec, String text, String result) {
    return new Row(evidence, spec, false, text, result);
  }

  private static Row dynamic(Evidence evidence, String spec, String text, String result) {
    return new Row(evidence, spec, true, text, result);
  }
}
