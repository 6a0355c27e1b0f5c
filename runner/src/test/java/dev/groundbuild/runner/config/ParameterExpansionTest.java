package dev.groundbuild.runner.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParameterExpansionTest {
  private static final Map<String, String> VALUES =
      Map.of(
          "_A", "release/v1.2.3-rc.1",
          "_B", "World",
          "_C", "aXbXc*[x]?\\d",
          "_D", "ÄÖü éa-b_c",
          "_E", "",
          "_N", "3",
          "_P", "*",
          "_Q", "aaaa");

  /** Each of them means the same here and in bash. */
  private static final List<String> TABLE =
      """
      ${_B:-x} ${_E:-x} ${_U:-x} ${_B-x} ${_E-x} ${_U-x}
      ${_B:=x} ${_E:=x} ${_U:=x} ${_B=x} ${_E=x} ${_U=x}
      ${_B:+x} ${_E:+x} ${_U:+x} ${_B+x} ${_E+x} ${_U+x}
      ${_B:?x} ${_E:?x} ${_U:?x} ${_B?x} ${_E?x} ${_U?x} ${_E:?} ${_U?}
      ${_E:-${_U:-${_B}}} ${_E:-$_B} ${_E:-a${_B}b$_B} ${_U:+${_B:?}} ${_E:-${_B%d}-${_A##*/}}
      ${_E:-} ${_E:+} ${_E:-a\\}b} ${_E:-a\\\\b} ${_E:-a\\b} ${_E:-'q'} ${_E:-"q}"} ${_E:-"$_B"} ${_E:-{a}} ${_E:-a/b:c}
      ${#_A} ${#_E} ${#_U} ${#_D}
      ${_A#*/} ${_A##*/} ${_A#*.} ${_A##*.} ${_A%.*} ${_A%%.*} ${_A%-*} ${_A%%-*} ${_A#x} ${_A%x} ${_A#} ${_A%}
      ${_A#release} ${_A#[a-r]} ${_A#[!a-q]} ${_A#[^a-q]} ${_A#??} ${_A##??} ${_A%[0-9]} ${_A%%[0-9.]*} ${_A##*[[:digit:]]} ${_A%%[[:punct:]]*}
      ${_C#a\\X} ${_C%\\\\d} ${_C%%\\**} ${_C%%'*'*} ${_C%%"*"*} ${_C##*\\]} ${_C##*[]]} ${_C##*[]x]} ${_C#[} ${_C%%[[]*} ${_C%%[*]*}
      ${_C%%$_P} ${_C%%"$_P"*} ${_C##*$_P} ${_C#${_P}X} ${_B#"${_B}"} ${_B#$_E}
      ${_A/e/E} ${_A//e/E} ${_A/e} ${_A//e} ${_A/#rel/REL} ${_A/#el/REL} ${_A/%1/2} ${_A/%x/2} ${_A//[^a-z]/-} ${_A//./} ${_A//\\//-} ${_A/\\//:} ${_A//[.\\/]/_}
      ${_A//r*e/X} ${_A/*/X} ${_A//*/X} ${_A/?/X} ${_A//?/X} ${_E/*/X} ${_E//*/X} ${_E/#*/X} ${_E/%*/X} ${_E/?/X} ${_E/a/X} ${_A/#/X} ${_A/%/X} ${_E/#/X} ${_E/%/X} ${_A//} ${_A/} ${_A///X} ${_A////X} ${_A///}
      ${_A//$_N/three} ${_A/${_A%%/*}/$_B} ${_Q//a/aa} ${_Q/aa/b} ${_Q//aa/b} ${_A/e/$_A} ${_A/e/a/b} ${_B/o/&} ${_B/o/"&"} ${_B/o/a\\/b} ${_B/o/\\}}
      ${_A:3} ${_A:0:3} ${_A: -3} ${_A: -3:2} ${_A:0:-4} ${_A:3:-3} ${_A:100} ${_A: -100} ${_A::3} ${_A:3:} ${_A:3:0} ${_A:(-3)} ${_A:(-3):1} ${_A:0:-100} ${_A:$_N} ${_A:${_N}:$_N} ${_A: 2 : 3 } ${_E:0:3} ${_U:0:3} ${_E:1} ${_D:1:2} ${_A:010} ${_A:0x3} ${_A:19} ${_A:19:1} ${_A:20:1} ${_A:08}
      ${_B^} ${_B^^} ${_B,} ${_B,,} ${_D^} ${_D^^} ${_D,} ${_D,,} ${_A^^[a-m]} ${_A^[a-m]} ${_B,,[W]} ${_B^^o} ${_E^^} ${_U,} ${_A^^?} ${_A^^*} ${_B^^$_P} ${_A^^[!a-m]} ${_B^^ol} ${_Q^a}
      ${_U} $_U ${_B}$_B a${_B}b
      ${_A@Q@} ${_B:}
      """
          .lines()
          .flatMap(line -> TemplatesOf.line(line).stream())
          .toList();

  /** Divides a line at spaces that are not within braces. */
  private static final class TemplatesOf {
    static List<String> line(String line) {
      List<String> all = new ArrayList<>();
      StringBuilder one = new StringBuilder();
      int braces = 0;
      for (int i = 0; i < line.length(); i++) {
        char c = line.charAt(i);
        boolean escaped = i > 0 && line.charAt(i - 1) == '\\';
        braces += c == '{' && i > 0 && line.charAt(i - 1) == '$' ? 1 : 0;
        braces -= c == '}' && braces > 0 && !escaped ? 1 : 0;
        if (c == ' ' && braces == 0) {
          all.add(one.toString());
          one.setLength(0);
        } else {
          one.append(c);
        }
      }
      all.add(one.toString());
      return all;
    }
  }

  @Test
  void everyOperatorMeansWhatItMeansInBash() throws Exception {
    assertThat(TABLE).hasSizeGreaterThan(170);
    compare(TABLE);
  }

  @Test
  void randomTextsMeanWhatTheyMeanInBash() throws Exception {
    Random random = new Random(20261121);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      texts.add(new RandomTemplate(random).expansion(3));
    }
    compare(texts);
  }

  private static void compare(List<String> texts) throws Exception {
    List<String> expected = Bash.expand(texts, VALUES);
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      String here = expand(texts.get(i));
      if (!here.equals(expected.get(i))) {
        differences.add(texts.get(i) + ": here " + here + ", in bash " + expected.get(i));
      }
    }
    assertThat(expected).hasSameSizeAs(texts);
    assertThat(differences).isEmpty();
  }

  private static String expand(String text) {
    try {
      return new ParameterExpansion(VALUES::get).expand(TemplateParser.parse(text, true));
    } catch (BadTemplateException e) {
      return Bash.REFUSED;
    }
  }

  // Spec 2.2: any other braced text is left alone; $(cmd) and $lower survive.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "${lower}",
        "${lower:-x}",
        "$(cmd)",
        "$1",
        "$?",
        "${}",
        "${#}",
        "${#lower}",
        "${@}",
        "${_B",
        "${_foo}",
        "${_B }",
        "$",
        "${!lower}",
        "${1:-x}",
        "a\\b 'c' \"d\"",
        "${_B~}"
      })
  void whatIsNotOursStaysAsItIs(String text) {
    assertThat(expand(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ${_E:-${lower}}      | ${lower}
          ${_E:-$(date +%s)}   | $(date +%s)
          ${_E:-$(awk '{a}')b} | $(awk '{a}')b
          ${_E:-$$_B}          | $_B
          ${_E:-${low:-$_B}}!  | ${low:-World}!
          ${lower:-$_B}        | ${lower:-World}
          $$$_B$$              | $World$
          """)
  void whatIsNotOursStaysAsItIsWithinOurs(String text, String expected) {
    assertThat(expand(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ${!_B}        | bad substitution "${!_B}": indirect expansion is not supported; name the variable itself
          ${_B[0]}      | bad substitution "${_B[0]}": arrays are not supported; write $$ to leave it to a shell
          ${_B[@]}      | bad substitution "${_B[@]}": arrays are not supported; write $$ to leave it to a shell
          ${_B@Q}       | bad substitution "${_B@Q}": operator @ is not supported; write $$ to leave it to a shell
          ${_B:-x       | bad substitution "${_B:-x": the closing brace is missing; write $$ to leave it to a shell
          ${_B:x}       | bad substitution "${_B:x}": "x" is not a number
          ${_B:4:-3}    | bad substitution "${_B:4:-3}": the end lies before the start in a value of 5 characters
          ${_B#'x}      | bad substitution "${_B#'x}": a single quote is not closed
          ${#_B:-x}     | bad substitution "${#_B:-x}": the length of a value is written ${#KEY}, with nothing after the key
          ${_U:?set it} | _U: set it, says "${_U:?set it}"
          """)
  void whatCannotBeExpandedIsExplained(String text, String message) {
    assertThatThrownBy(
            () -> new ParameterExpansion(VALUES::get).expand(TemplateParser.parse(text, true)))
        .isInstanceOf(BadTemplateException.class)
        .hasMessage(message);
  }

  @Test
  void neitherDepthNorLengthNorPatternsExhaustTheMachine() {
    assertThat(expand("${_E:-".repeat(5000))).isEqualTo(Bash.REFUSED);
    String large = "x".repeat(4000);
    ParameterExpansion expansion = new ParameterExpansion(Map.of("_L", large, "_E", "")::get);
    assertThatThrownBy(() -> expansion.expand(TemplateParser.parse("${_L//x/$_L}", true)))
        .hasMessage("the text gets longer than 1000000 characters; substitute less");
    assertThatThrownBy(
            () -> expansion.expand(TemplateParser.parse("${_L//" + "*x".repeat(200) + "y/}", true)))
        .hasMessage("the pattern takes too long to match; make it simpler");
  }

  /** Makes expansions of pieces that are likely to disagree. */
  private record RandomTemplate(Random random) {
    String expansion(int depth) {
      String key = pick("_A", "_B", "_C", "_D", "_E", "_N", "_P", "_Q", "_U");
      return switch (random.nextInt(6)) {
        case 0 -> "${" + key + pick(":-", "-", ":+", "+", ":=", "=") + word(depth) + "}";
        case 1 -> "${" + key + pick("#", "##", "%", "%%") + pattern(depth) + "}";
        case 2 ->
            "${" + key + pick("/", "//", "/#", "/%") + pattern(depth) + "/" + word(depth) + "}";
        case 3 -> "${" + key + pick("^", "^^", ",", ",,") + pick("", pattern(depth)) + "}";
        case 4 -> "${" + key + ":" + number() + pick("", ":" + number()) + "}";
        default -> pick("${#" + key + "}", "${" + key + "}");
      };
    }

    private String number() {
      return pick(" -" + (1 + random.nextInt(12)), String.valueOf(random.nextInt(12)), "${_N}");
    }

    private String word(int depth) {
      return pieces(depth, "a", "b", ".", "-", "é", " ", "x*", ":", "=", "\\\\", "\\}");
    }

    private String pattern(int depth) {
      return pieces(
          depth,
          "a",
          "X",
          ".",
          "*",
          "?",
          "[a-m]",
          "[!a-m]",
          "[[:alpha:]]",
          "\\*",
          "\\/",
          "-",
          "'*'",
          "\"?\"",
          "[]x]",
          "é",
          "\\\\");
    }

    private String pieces(int depth, String... alphabet) {
      StringBuilder all = new StringBuilder();
      for (int i = random.nextInt(4); i > 0; i--) {
        all.append(depth > 0 && random.nextInt(5) == 0 ? expansion(depth - 1) : pick(alphabet));
      }
      return all.toString();
    }

    private String pick(String... choices) {
      return choices[random.nextInt(choices.length)];
    }
  }
}
