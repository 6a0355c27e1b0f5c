package dev.groundbuild.runner.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\033[2Jab",
        "a\033[?1049hb",
        "a\033]8;;http://x\033\\b",
        "a\033]0;title\007b",
        "a\u009d0;title\u009cb",
        "a\u009b5Ab",
        "\033Pq#0\033\\ab",
        "\033_app\033\\a\033^pm\033\\b",
        "\033(0ab",
        "\033cab",
        "\0337a\0338b",
        "\033=ab\033",
        "ab\033[",
        "ab\033]0;unfinished",
        "a\007\b\013\014\0\177b",
        "a\033[38;5;1Xb"
      })
  void everythingButTextGoes(String hostile) {
    assertThat(TerminalText.safe(hostile, Palette.COLOURED)).isEqualTo("ab");
  }

  @Test
  void coloursStayAndEndWithTheLine() {
    assertThat(TerminalText.safe("\033[1;38:5:9mx\033[m", Palette.COLOURED))
        .isEqualTo("\033[1;38:5:9mx\033[m\033[0m");
    assertThat(TerminalText.safe("\033[31mx", Palette.PLAIN)).isEqualTo("x");
  }

  @Test
  void anEscapeBeforeOtherTextTakesNoTextAway() {
    assertThat(TerminalText.safe("\033é\033\033[2Jx", Palette.COLOURED)).isEqualTo("éx");
  }

  @Test
  void ofALineWithCarriageReturnsTheLastPartIsShown() {
    assertThat(shown("a\r\r")).isEqualTo("a");
    assertThat(shown("1 %\r2 %")).isEqualTo("2 %");
    assertThat(shown("\r")).isEmpty();
  }

  @Test
  void tabsBecomeSpacesUpToTheNextStop() {
    assertThat(shown("ab\tc")).isEqualTo("ab      c");
  }

  @Test
  void widthsCountColumnsNotCharacters() {
    assertThat(TerminalText.width("a\033[31m界\033[0mé")).isEqualTo(4);
    assertThat(TerminalText.shorten("abcdef", 6)).isEqualTo("abcdef");
    assertThat(TerminalText.shorten("abcdefg", 6)).isEqualTo("abc...");
    assertThat(TerminalText.shorten("界界界界", 6)).isEqualTo("界...");
    assertThat(TerminalText.shorten("\033[31mabcdefg\033[0m", 6))
        .isEqualTo("\033[31mabc...\033[0m");
  }

  private static String shown(String text) {
    return TerminalText.safe(text.getBytes(UTF_8), 1000, Palette.COLOURED);
  }
}
