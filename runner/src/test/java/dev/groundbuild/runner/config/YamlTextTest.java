package dev.groundbuild.runner.config;

import static dev.groundbuild.runner.config.ReaderFixture.problems;
import static dev.groundbuild.runner.config.ReaderFixture.union;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloudbuild.v1.BuildStep;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import org.junit.jupiter.api.Test;

final class YamlTextTest {
  @Test
  void brokenYamlIsReportedWithItsPlace() {
    assertThat(problems("steps:\n- name: a: b\n"))
        .containsExactly(
            "f.yaml:2:10: not valid YAML: mapping values are not allowed here; check the"
                + " indentation, and quote a text that holds \": \"");
    assertThat(problems("steps:\n-\tname: a\n"))
        .singleElement()
        .asString()
        .startsWith("f.yaml:2:2: not valid YAML: ")
        .endsWith("; indent with blanks");
    assertThat(problems("steps:\n  - name: a\n - name: b\n"))
        .singleElement()
        .asString()
        .startsWith("f.yaml:3:2: not valid YAML: expected <block end>")
        .endsWith("that starts at line 1; check the indentation");
    assertThat(problems("tags: ['a]\n"))
        .singleElement()
        .asString()
        .startsWith("f.yaml:2:1: not valid YAML: found unexpected end of stream");
    assertThat(problems("tags: *none\n"))
        .containsExactly("f.yaml:1:7: not valid YAML: found undefined alias none");
  }

  @Test
  void mergeKeysAreFollowedAndOwnKeysWin() {
    String text =
        """
        steps:
        - &base
          name: a
          env: [A=1]
          dir: d
        - <<: *base
          name: b
        - <<: [{id: x, name: c}, {id: y, dir: e}]
        - <<: &more
            name: f
          args: [g]
        """;
    BuildConfig config = union(text);
    assertThat(config.problems()).isEmpty();
    BuildStep second = config.build().getSteps(1);
    assertThat(second.getName()).isEqualTo("b");
    assertThat(second.getEnvList()).containsExactly("A=1");
    assertThat(config.place("steps[1].dir")).hasToString("Optional[f.yaml:5:8]");
    assertThat(config.build().getSteps(2))
        .isEqualTo(BuildStep.newBuilder().setId("x").setName("c").setDir("e").build());
    assertThat(config.build().getSteps(3).getName()).isEqualTo("f");
    assertThat(problems("steps:\n- <<: x\n  name: a\n"))
        .containsExactly("f.yaml:2:7: `<<` merges a mapping or a list of mappings, nothing else");
  }

  @Test
  void jsonIsReadAsItIsMeant() {
    String text =
        "{\n\t\"steps\": [\n\t\t{\"name\":\"gcr.io\\/x\",\"args\":[\"\\ud83d\\ude00\\u00e9\\n\","
            + "\"a\\\\/\\\"\\/b\"], \"foo\": 1}\n\t],\n\t\"timeout\":\"60s\"\n}\n";
    BuildConfig config = union(text);
    BuildStep step = config.build().getSteps(0);
    assertThat(step.getName()).isEqualTo("gcr.io/x");
    assertThat(step.getArgsList()).containsExactly("\uD83D\uDE00é\n", "a\\/\"/b");
    assertThat(config.build().getTimeout().getSeconds()).isEqualTo(60);
    assertThat(config.problems())
        .extracting(Problem::toString)
        .containsExactly("f.yaml:3:68: unknown field \"foo\" in BuildStep");
  }

  @Test
  void aByteOrderMarkAndCarriageReturnsDoNotMatter() {
    BuildConfig config = union("\uFEFFsteps:\r\n- name: a\r\n  script: |\r\n    x\r\n    y\r\n");
    assertThat(config.problems()).isEmpty();
    assertThat(config.build().getSteps(0).getScript()).isEqualTo("x\ny\n");
    assertThat(config.place("steps[0].name")).hasToString("Optional[f.yaml:2:9]");
    assertThat(config.place("")).hasToString("Optional[f.yaml:1:1]");
  }

  @Test
  void columnsCountCharactersNotBytes() {
    assertThat(problems("tags: [é, \uD83D\uDE00, 1]"))
        .singleElement()
        .asString()
        .startsWith("f.yaml:1:14: text is wanted");
  }

  @Test
  void whatIsNotUtf8IsRefusedAtItsPlace() {
    byte[] text = "tags:\n- é".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(ConfigReader.read("f", text, Door.UNION).problems())
        .extracting(Problem::toString)
        .containsExactly("f:2:3: the byte 0xe9 is not UTF-8 here; save the file as UTF-8");
    byte[] wide = "tags: [a]".getBytes(StandardCharsets.UTF_16);
    assertThat(ConfigReader.read("f", wide, Door.UNION).problems())
        .extracting(Problem::toString)
        .containsExactly("f:1:1: the byte 0xfe is not UTF-8 here; save the file as UTF-8");
  }

  @Test
  void charactersThatTextCannotHoldAreRefused() {
    assertThat(problems("tags:\r\n- a\u0007"))
        .containsExactly(
            "f.yaml:2:4: the character U+0007 is not allowed in YAML; remove or escape it");
    assertThat(problems("tags: [\"\\ud83d\", \"a\\0\", \"\\t\\a\"]"))
        .containsExactly(
            "f.yaml:1:8: the character \\ud83d cannot stand alone in text",
            "f.yaml:1:18: the character \\u0000 cannot stand alone in text");
  }

  @Test
  void aBombOfAliasesIsRefusedQuickly() {
    StringBuilder merges = new StringBuilder("options: {env: [&a0 {x: y}");
    StringBuilder lists = new StringBuilder("options:\n  anthosCluster:\n    a0: &a0 [x]\n");
    for (int i = 1; i < 30; i++) {
      String before = "*a" + (i - 1);
      String ten = String.join(", ", Collections.nCopies(10, before));
      merges.append(", &a%d {<<: [%s]}".formatted(i, ten));
      lists.append("    a%d: &a%d [%s]\n".formatted(i, i, ten));
    }
    String message =
        "f.yaml:1:1: the config grows too large when its aliases (`*name`) are followed";
    assertThat(problems(merges + "]}\nimages:\nsteps: *a29\n")).contains(message);
    assertThat(problems(lists.toString())).containsExactly(message);
  }

  @Test
  void manyHonestAliasesAreFine() {
    StringBuilder text = new StringBuilder("steps:\n- &s {name: a, args: &x [b, c]}\n");
    for (int i = 0; i < 299; i++) {
      text.append("- {<<: *s, id: i").append(i).append(", args: *x}\n");
    }
    assertThat(problems(text.toString())).isEmpty();
    assertThat(union(text.toString()).build().getSteps(299).getArgsCount()).isEqualTo(2);
  }

  @Test
  void whatHoldsItselfIsRefused() {
    assertThat(problems("options: &o\n  <<: *o\n"))
        .containsExactly("f.yaml:1:10: this mapping merges itself; remove the `<<`");
    assertThat(problems("options: {anthosCluster: &c {a: [*c]}}")).hasSize(1);
    assertThat(problems("steps: &s [*s]"))
        .containsExactly("f.yaml:1:8: a mapping is wanted here, not a list");
  }

  @Test
  void deepNestingAndHugeFilesAreRefused() {
    assertThat(problems("a: " + "[".repeat(20_000)))
        .containsExactly(
            "f.yaml:1:1: not valid YAML: lists and mappings are nested more than 50 deep");
    byte[] huge = new byte[YamlText.MOST_BYTES + 1];
    Arrays.fill(huge, (byte) '#');
    assertThat(ConfigReader.read("f", huge, Door.UNION).problems())
        .extracting(Problem::toString)
        .containsExactly("f:1:1: the config has 8388609 bytes; more than 8388608 are not read");
  }

  @Test
  void aKeyMustBeAWord() {
    assertThat(problems("? [a]\n: b\n"))
        .containsExactly("f.yaml:1:3: a key must be a plain word, not a list or mapping");
  }
}
