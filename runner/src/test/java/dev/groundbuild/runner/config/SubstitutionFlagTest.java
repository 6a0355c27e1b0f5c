package dev.groundbuild.runner.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubstitutionFlagTest {
  // Archived builder: table of --substitutions; gcloud: the other delimiter.
  @Test
  void pairsAreDividedByCommasAndTrimmed() {
    assertThat(parse("_F=bar")).isEqualTo(Map.of("_F", "bar"));
    assertThat(parse("_F=")).isEqualTo(Map.of("_F", ""));
    assertThat(parse("_F=a, _B = b")).isEqualTo(Map.of("_F", "a", "_B", "b"));
    assertThat(parse("_F=1+1=2")).isEqualTo(Map.of("_F", "1+1=2"));
    assertThat(parse("COMMIT_SHA=abc,_F=")).isEqualTo(Map.of("COMMIT_SHA", "abc", "_F", ""));
    assertThat(parse("")).isEmpty();
  }

  @Test
  void anotherDelimiterLetsValuesHaveCommas() {
    assertThat(parse("^;^_A=x,y;_B=z")).isEqualTo(Map.of("_A", "x,y", "_B", "z"));
    assertThat(parse("^--^_A=a-b,c--_B=z")).isEqualTo(Map.of("_A", "a-b,c", "_B", "z"));
    assertThat(parse("^.^_A=x")).isEqualTo(Map.of("_A", "x"));
  }

  @Test
  void theLaterOfTwoValuesCounts() {
    assertThat(parse("_A=1,_B=2,_A=3", "_B=4")).isEqualTo(Map.of("_A", "3", "_B", "4"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          _F     | The substitution key value pair is not valid: _F; write KEY=VALUE; for a value with commas name another delimiter first: ^;^_A=x,y;_B=z
          _F=1,  | The substitution key value pair is not valid: ; there is a "," too many
          _F=a,b | The substitution key value pair is not valid: b; write KEY=VALUE; for a value with commas name another delimiter first: ^;^_A=x,y;_B=z
          =x     | The substitution key value pair is not valid: =x; write KEY=VALUE; for a value with commas name another delimiter first: ^;^_A=x,y;_B=z
          ^;^_F  | The substitution key value pair is not valid: _F; write KEY=VALUE
          PROJECT_ID=x | "PROJECT_ID" is a built-in substitution that can't be set; leave it out
          BUILD_ID=x   | "BUILD_ID" is a built-in substitution that can't be set; leave it out
          """)
  void whatIsNoPairIsRefused(String flag, String message) {
    assertThatThrownBy(() -> parse(flag))
        .isInstanceOf(BadSubstitutionsException.class)
        .hasMessage("--substitutions: " + message);
  }

  @Test
  void keysAndValuesHaveTheirLimits() {
    String key = "_" + "A".repeat(99);
    String value = "é".repeat(2000);
    assertThat(parse(key + "=" + value)).isEqualTo(Map.of(key, value));
    assertThatThrownBy(() -> parse(key + "A=x"))
        .hasMessage("--substitutions: substitution key too long: 101 bytes (max: 100)");
    assertThatThrownBy(() -> parse("_A=" + value + "x"))
        .hasMessage(
            "--substitutions: value of substitution \"_A\" too long: 4001 bytes (max: 4000)");
    assertThatThrownBy(() -> parse("_foo=x"))
        .hasMessageStartingWith(
            "--substitutions: substitution key \"_foo\" must match ^_[A-Z0-9_]+$ or be one of"
                + " BRANCH_NAME, COMMIT_SHA, ");
    assertThatThrownBy(() -> parse("COMIT_SHA=x"))
        .hasMessageEndingWith("; did you mean \"COMMIT_SHA\"?");
  }

  private static Map<String, String> parse(String... flags) {
    return SubstitutionFlag.parse(List.of(flags));
  }
}
