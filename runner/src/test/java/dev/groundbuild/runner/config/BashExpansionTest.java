package dev.groundbuild.runner.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Parameter expansions against a real bash, between double quotes (spec 2.5: nothing written for
 * bash should surprise). What bash refuses, we refuse. Not compared: an apostrophe in a word, which
 * needs no partner here, {@code :=}, which sets nothing, {@code [.a.]} and {@code [=a=]}, and
 * {@code &} in a replacement, which newer versions of bash replace.
 */
final class BashExpansionTest {
  private static final Map<String, String> VALUES =
      Map.of(
          "_X", "ab.cd.ef",
          "_P", "a/b/c",
          "_E", "",
          "_N", "*",
          "_I", "2",
          "_T", "v1.22.333-rc1",
          "_U", "Ünï-çödé ß",
          "_S", "  a  b ",
          "_Q", "a\\b\"c'd}e");

  private static final String REFUSED = "REFUSED";

  /** Each found by hand to be something that could be read in two ways. */
  private static final List<String> TABLE =
      """
      ${_E:-"foo"}
      ${_E:-'foo'}
      ${_E:-a\\b}
      ${_E:-a\\}b}
      ${_E:-a\\$b}
      ${_E:-a{b}c}
      ${_E:-"a}b"}
      ${_E:-a"${_P}"b}
      ${_E:-${_P:-"q"}}
      ${_E:-\\\\a\\`}
      ${_E:-}${_E-x}${_G-x}${_G:+y}${_X:+y}${_E+z}
      ${_X:=1}
      ${_G?gone}
      ${_G:?}
      ${_E:?gone}
      ${_E?gone}
      ${#_X}${#_E}${#_G}${#_U}
      ${_X#"a"*}
      ${_X#'a'*}
      ${_X#\\a*}
      ${_X#$_N.}
      ${_X##$_N.}
      ${_X##"$_N".}
      ${_X#'a}'}
      ${_X#a\\}}
      ${_X#}
      ${_X%%}
      ${_X%\\\\}
      ${_X%%[}
      ${_X%%.*}${_X%.*}${_X##*.}${_X#*.}
      ${_X#*}|${_X##*}|${_X%*}|${_X%%*}
      ${_X#**.}|${_X##**.}
      ${_T%%.*}-latest
      ${_T##*[0-9]}
      ${_T%-*}
      ${_X/./"q"}
      ${_X/./'q'}
      ${_X/./\\q}
      ${_X/./[&]}
      ${_X/./\\&}
      ${_X/./\\\\}
      ${_X/./"a\\b"}
      ${_X/./'a\\b'}
      ${_X/./"$_N"}
      ${_X//./\\/}
      ${_X//\\./-}
      ${_X/#a/Z}
      ${_X/%f/Z}
      ${_X/#/Z}
      ${_X/%/Z}
      ${_X//}
      ${_X/}
      ${_X/a}
      ${_X///}
      ${_X/\\//}
      ${_X//[.]/-}
      ${_X/"."/-}
      ${_X//?/-}
      ${_X//*/-}
      ${_E//*/-}
      ${_E/#/-}
      ${_E/*/-}
      ${_E/%/Q}
      ${_E//x/Q}
      ${_E//?/Q}
      ${_E/#*/Q}
      ${_P///-}
      ${_P////-}
      ${_P//\\//-}
      ${_P/\\//-}
      ${_P/"/"/-}
      ${_P//a/b/c}
      ${_X/a\\.b/z}
      ${_X//[a-c]/z}
      ${_X//[!a-c]/z}
      ${_X//[^.]/x}
      ${_X//[]a]/z}
      ${_X#[^]b]}
      ${_X//[a\\]]/z}
      ${_X//[[:foo:]]/z}
      ${_X//[[:alpha:]]/x}
      ${_X//[c-a]/z}
      ${_X//[a-]/x}
      ${_X//[/z}
      ${_X/[\\/]/x}
      ${_X/[/]/x}
      ${_X/\\}/z}
      ${_X/a/}x}
      ${_X/a/\\}x}
      ${_X/*(a)/x}
      ${_X/?(a)b/Q}
      ${_X//#a/Q}
      ${_X//%f/Q}
      ${_X/"#a"/Q}
      ${_X/\\#a/Q}
      ${_X/$_E/Q}
      ${_X/#$_E/Q}
      ${_X/%$_E/Q}
      ${_X//$_E/Q}
      ${_X/%?/Q}
      ${_Q//\\\\/x}${_Q//\\"/x}${_Q//\\'/x}
      ${_X:1:2}${_X: -3}${_X:(-3):2}
      ${_X:1:-1}
      ${_X:9}${_X:8}
      ${_X: -8}
      ${_X: -9}
      ${_X: -9:3}
      ${_X:}
      ${_X::}
      ${_X:0:}
      ${_X::3}
      ${_X::-2}
      ${_X:0:-20}
      ${_X:5:-4}
      ${_E:0:-1}
      ${_E:0:1}
      ${_E:1:1}
      ${_X:0:${#_X}-1}
      ${_X:1+1}
      ${_X:(1+1)*2:2}
      ${_X:_I}
      ${_X:$_I:_I*2}
      ${_X:7/2:7%4}
      ${_X: 010}
      ${_X: 08}
      ${_X: 0x2:1}
      ${_X: 1 : 2 }
      ${_X:,}
      ${_X:1/0}
      ${_U:0:3}${_U: -1}
      ${_X^}${_X^^}${_X^*}
      ${_X^^[a-c]}
      ${_X^^"a"}
      ${_X^,}
      ${_X^^^}
      ${_X,,}
      ${_U^^}${_U,,}${_U,}
      ${_S# }|${_S## }|${_S%% *}
      """
          .lines()
          .toList();

  private static final List<String> WORDS =
      List.of(
          "a",
          "b",
          ".",
          "-",
          "*",
          "?",
          "[a-c]",
          "[!.]",
          "[[:alpha:]]",
          "/",
          "${_N}",
          "${_I}",
          "\\.",
          "\\*",
          "\"*\"",
          "\"a\"",
          "${_X}",
          "",
          "ab",
          "ï");

  @Test
  void expansionsThatCouldBeReadInTwoWaysAreReadAsByBash() throws Exception {
    compare(TABLE);
  }

  @Test
  void randomExpansionsAreReadAsByBash() throws Exception {
    Random random = new Random(20261121);
    List<String> samples = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      samples.add(sample(random));
    }
    compare(samples);
  }

  private static String sample(Random random) {
    String key = pick(random, List.of("_X", "_P", "_E", "_T", "_U", "_G", "_S"));
    String pattern = words(random);
    return switch (random.nextInt(6)) {
      case 0 -> "${" + key + pick(random, List.of("#", "##", "%", "%%")) + pattern + "}";
      case 1 ->
          "${%s%s%s/%s}"
              .formatted(
                  key,
                  pick(random, List.of("/", "//", "/#", "/%")),
                  firstOf(pattern),
                  words(random));
      case 2 -> "${" + key + pick(random, List.of("^", "^^", ",", ",,")) + pattern + "}";
      case 3 -> "${%s: %d:%d}".formatted(key, random.nextInt(24) - 12, random.nextInt(24) - 8);
      case 4 -> "${" + key + ": " + (random.nextInt(24) - 12) + "}${#" + key + "}";
      default ->
          "${%s%s%s}"
              .formatted(
                  key,
                  pick(random, List.of(":-", "-", ":+", "+", ":=", "=")),
                  "${_X%%" + pattern + "}" + pick(random, List.of("", "x", "{", "$")));
    };
  }

  /** A slash ends a pattern, unless it is the first character. */
  private static String firstOf(String pattern) {
    return pattern.isEmpty()
        ? "a"
        : pattern.substring(0, 1) + pattern.substring(1).replace("/", "");
  }

  private static String words(Random random) {
    StringBuilder words = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      words.append(pick(random, WORDS));
    }
    return words.toString();
  }

  private static <T> T pick(Random random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static void compare(List<String> templates) throws IOException, InterruptedException {
    if (!Files.isExecutable(Path.of("/bin/bash"))) {
      System.out.println("There is no /bin/bash: " + templates.size() + " expansions not compared");
      return;
    }
    List<String> expected = byBash(templates);
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < templates.size(); i++) {
      String ours = byUs(templates.get(i));
      if (!ours.equals(expected.get(i))) {
        differences.add(
            "%s: bash <%s>, we <%s>".formatted(templates.get(i), expected.get(i), ours));
      }
    }
    System.out.println("Compared " + templates.size() + " expansions with bash");
    assertThat(differences).isEmpty();
  }

  private static String byUs(String template) {
    try {
      return new ParameterExpansion(VALUES::get).expand(TemplateParser.parse(template, true));
    } catch (BadTemplateException e) {
      return REFUSED;
    }
  }

  private static ProcessBuilder shell(Path script) {
    ProcessBuilder shell =
        new ProcessBuilder("/bin/bash", script.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectInput(new File("/dev/null"));
    shell.environment().put("LC_ALL", "C.UTF-8");
    return shell;
  }

  /** One shell for all; a subshell each, since an error ends it. */
  private static List<String> byBash(List<String> templates)
      throws IOException, InterruptedException {
    StringBuilder script = new StringBuilder("shopt -u patsub_replacement 2>/dev/null\n");
    VALUES.forEach((key, value) -> script.append(key + "='" + value.replace("'", "'\\''") + "'\n"));
    for (String template : templates) {
      String quoted = "t='printf %s \"" + template.replace("'", "'\\''") + "\"'\n";
      script.append(quoted);
      script.append("(eval \"$t\") 2>/dev/null || printf %s " + REFUSED + "\n");
      script.append("printf '\\0'\n");
    }
    Path file = Files.createTempFile("expansions", ".sh");
    try {
      Files.writeString(file, script);
      Process bash = shell(file).start();
      byte[] output = bash.getInputStream().readAllBytes();
      assertThat(bash.waitFor()).isZero();
      String text = new String(output, StandardCharsets.UTF_8);
      List<String> results = Arrays.asList(text.split("\0", -1));
      assertThat(results).hasSize(templates.size() + 1);
      return results;
    } finally {
      Files.delete(file);
    }
  }
}
