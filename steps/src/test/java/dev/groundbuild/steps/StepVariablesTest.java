package dev.groundbuild.steps;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepVariablesTest {

  @Test
  void nothingWrittenIsNoVariables() throws BadVariablesException {
    assertThat(read("")).isEmpty();
    assertThat(read("\n\r\n  \n")).isEmpty();
  }

  @Test
  void aValueIsTheRestOfItsLineAsItStands() throws BadVariablesException {
    assertThat(read("A=1\n_b2= \"x\" = $y #z \nEMPTY=\nLAST=no line end"))
        .isEqualTo(Map.of("A", "1", "_b2", " \"x\" = $y #z ", "EMPTY", "", "LAST", "no line end"));
  }

  @Test
  void theLaterOneOfANameWins() throws BadVariablesException {
    assertThat(read("A=1\nB=2\nA=3\n")).isEqualTo(Map.of("A", "3", "B", "2"));
  }

  @Test
  void aValueMayHaveSeveralLines() throws BadVariablesException {
    assertThat(read("A<<END\none\n\n B=2\nEND \nEND\nB<<X\nX\nC<<E\nx=y\nE"))
        .isEqualTo(Map.of("A", "one\n\n B=2\nEND ", "B", "", "C", "x=y"));
  }

  @Test
  void anAngleAfterTheEqualsSignBelongsToTheValue() throws BadVariablesException {
    assertThat(read("A=x<<y\n")).isEqualTo(Map.of("A", "x<<y"));
  }

  @Test
  void linesMayEndAsOnWindows() throws BadVariablesException {
    assertThat(read("A=1\r\nB<<E\r\nx\r\ny\nE\r\n")).isEqualTo(Map.of("A", "1", "B", "x\r\ny"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "A=1~hidden    | line 2",
        "~~1A=hidden   | line 3",
        "=hidden       | line 1",
        "A-B=hidden    | line 1",
        "export A=hidden | line 1",
        "A<<E~hidden   | line 1 of $GROUNDBUILD_ENV: no later line",
        "A<<~hidden    | line 1 of $GROUNDBUILD_ENV: after <<",
        "GROUNDBUILD_ENV=hidden | line 1 of $GROUNDBUILD_ENV: no step can set GROUNDBUILD_ENV",
        "BUILDER_OUTPUT=hidden | no step can set BUILDER_OUTPUT",
        "A=hid\0den     | byte 0"
      })
  void aBadLineIsNamedButNotShown(String text, String words) {
    assertThatExceptionOfType(BadVariablesException.class)
        .isThrownBy(() -> read(text.replace('~', '\n')))
        .withMessageContaining(words)
        .matches(e -> !String.valueOf(e.getMessage()).contains("hidden"));
  }

  @Test
  void moreThanSixtyFourKilobytesAreRefused() throws BadVariablesException {
    String most = "A=" + "x".repeat(64 * 1024 - 2);
    assertThat(read(most)).hasSize(1);
    assertThatExceptionOfType(BadVariablesException.class)
        .isThrownBy(() -> read(most + "\n"))
        .withMessageContaining("more than 64 KB");
  }

  @Test
  void whatIsNotTextIsRefused() {
    assertThatExceptionOfType(BadVariablesException.class)
        .isThrownBy(() -> StepVariables.read("A=\u00e9".getBytes(ISO_8859_1)))
        .withMessageContaining("UTF-8");
  }

  @Test
  void itPrintsNamesOnly() {
    assertThat(new StepVariables(Map.of("NAME", "hidden"))).hasToString("[NAME]");
  }

  private static Map<String, String> read(String text) throws BadVariablesException {
    return StepVariables.read(text.getBytes(UTF_8)).values();
  }
}
