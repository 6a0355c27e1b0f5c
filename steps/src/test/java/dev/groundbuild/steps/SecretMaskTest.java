package dev.groundbuild.steps;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.groundbuild.steps.StepLog.Stream;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SecretMaskTest {
  private static final String KEY =
      """
      {
        "type": "service_account",
        "private_key": "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQ\\nq83vEjRWeJCrze8SNFZ4kA\\n-----END PRIVATE KEY-----\\n"
      }
      """;

  private static String masked(String value, String text) {
    return SecretMask.of(List.of(value)).text(text);
  }

  @Test
  void aValueIsHiddenWhereverItStands() {
    assertThat(masked("hunter22", "a hunter22, and xhunter22hunter22y"))
        .isEqualTo("a ***, and x***y");
    assertThat(masked("äöü€", "<äöü€>")).isEqualTo("<***>");
  }

  @Test
  void theLongestOfSeveralValuesIsHiddenAndThoseThatOverlapAreOne() {
    SecretMask mask = SecretMask.of(List.of("abcd", "abcdefgh", "ghijkl", "cdef"));
    assertThat(mask.text("-abcdefgh-abcdx-abcdefghijkl-zcdefz")).isEqualTo("-***-***x-***-z***z");
  }

  @Test
  void eachLineOfAValueIsHiddenAndItsBracesAreNot() {
    SecretMask mask = SecretMask.of(List.of(KEY));
    for (String line : KEY.lines().toList()) {
      assertThat(mask.text(line)).doesNotContain("MII", "service_account");
    }
    assertThat(mask.text("{ \"a\": {} }")).isEqualTo("{ \"a\": {} }");
    assertThat(mask.text("MIIEvQIBADANBgkqhkiG9w0BAQ")).isEqualTo("***");
    assertThat(mask.text("-----BEGIN PRIVATE KEY-----")).isEqualTo("-----BEGIN PRIVATE KEY-----");
    assertThat(masked("first line\r\ntrue\r\nabc\r\n", "first line|true|abc"))
        .isEqualTo("***|true|abc");
  }

  @Test
  void base64IsHiddenAtEveryAlignmentInBothAlphabetsAndInLines() {
    String value = "pass?word>with~ÿûchars";
    SecretMask mask = SecretMask.of(List.of(value));
    for (String before : List.of("", "u", "us", "use", "user:")) {
      for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
        for (String after : List.of("", "\n", "@host")) {
          String encoded = encoder.encodeToString((before + value + after).getBytes(UTF_8));
          String shown = mask.text(encoded);
          assertThat(shown).as(before + "|" + after).contains("***");
          assertThat(shown.length()).isLessThan(3 + 8 + 4 * (before.length() + after.length() + 2));
        }
      }
    }
    SecretMask whole = SecretMask.of(List.of(KEY));
    for (int width : List.of(64, 76)) {
      String wrapped =
          Base64.getMimeEncoder(width, new byte[] {'\n'}).encodeToString(KEY.getBytes(UTF_8));
      wrapped
          .lines()
          .limit(3)
          .forEach(line -> assertThat(whole.text(line)).matches("\\*\\*\\*.?=?"));
    }
  }

  @Test
  void formsOfUrlsAndJsonAreHidden() {
    String value = "p@ss w/rd\"+\\ä";
    SecretMask mask = SecretMask.of(List.of(value));
    String form = URLEncoder.encode(value, UTF_8);
    assertThat(mask.text("x=" + form)).isEqualTo("x=***");
    assertThat(mask.text("x=" + form.replace("+", "%20"))).isEqualTo("x=***");
    assertThat(mask.text("{\"x\": \"p@ss w/rd\\\"+\\\\ä\"}")).isEqualTo("{\"x\": \"***\"}");
  }

  @Test
  void whatIsShortOrEmptyIsNotHidden() {
    assertThat(SecretMask.of(List.of("abc", "", "\n\n"))).isSameAs(SecretMask.NONE);
    assertThat(SecretMask.isTooShort("abc\n")).isTrue();
    assertThat(SecretMask.isTooShort("abcd")).isFalse();
    StepLog log = (step, stream, line, complete) -> {};
    assertThat(SecretMask.NONE.over(log)).isSameAs(log);
  }

  @Test
  void aTextThatWasCutEndsWithNoBeginningOfASecret() {
    SecretMask mask = SecretMask.of(List.of("correct horse"));
    assertThat(new String(mask.beginning("a correct hor".getBytes(UTF_8)), UTF_8))
        .isEqualTo("a ***");
    assertThat(new String(mask.bytes("a correct hor".getBytes(UTF_8)), UTF_8))
        .isEqualTo("a correct hor");
  }

  /** Whatever the parts of a line are, the shown parts make what the whole line would be. */
  @Test
  void aLineThatComesInPartsIsHiddenLikeAWholeOne() {
    List<String> values = List.of("abcabd", "bdab", "abab-abab", "dddd");
    SecretMask mask = SecretMask.of(values);
    Random random = new Random(7);
    for (int round = 0; round < 3000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 40; i++) {
        text.append("abcd-".charAt(random.nextInt(5)));
      }
      List<byte[]> shown = new ArrayList<>();
      StepLog log = mask.over((step, stream, line, complete) -> shown.add(line));
      for (int at = 0; at < text.length(); ) {
        int to = Math.min(text.length(), at + 1 + random.nextInt(6));
        log.line(0, Stream.STDOUT, text.substring(at, to).getBytes(UTF_8), false);
        at = to;
      }
      log.ended(0, Stream.STDOUT);
      StringBuilder all = new StringBuilder();
      shown.forEach(part -> all.append(new String(part, UTF_8)));
      String whole = mask.text(text.toString());
      assertThat(all.toString().replaceAll("(\\*\\*\\*)+", "***"))
          .as(text.toString())
          .isEqualTo(whole.replaceAll("(\\*\\*\\*)+", "***"));
      values.forEach(value -> assertThat(all.toString()).doesNotContain(value));
    }
  }

  @Test
  void streamsOfSeveralStepsDoNotMix() {
    RecordingLog log = new RecordingLog();
    StepLog masked = SecretMask.of(List.of("secret-1")).over(log);
    masked.line(0, Stream.STDOUT, "a secr".getBytes(UTF_8), false);
    masked.line(1, Stream.STDOUT, "et-1".getBytes(UTF_8), true);
    masked.line(0, Stream.STDERR, "secret-1".getBytes(UTF_8), true);
    masked.line(0, Stream.STDOUT, "et-1 b".getBytes(UTF_8), true);
    masked.progress(0, "pulling secret-1");
    assertThat(log.lines())
        .containsExactly("STDOUT a  [cut]", "STDOUT et-1", "STDERR ***", "STDOUT *** b");
    assertThat(log.progress()).containsExactly("pulling ***");
  }

  @Test
  void aSecretThatBecomesKnownIsHiddenFromThenOn() {
    RecordingLog log = new RecordingLog();
    KnownSecrets known = new KnownSecrets();
    StepLog masked = known.over(log);
    masked.line(0, Stream.STDOUT, "a hunter22".getBytes(UTF_8), true);
    masked.line(0, Stream.STDOUT, "b ".getBytes(UTF_8), false);
    known.add(List.of("hunter22"));
    masked.line(0, Stream.STDOUT, "hunt".getBytes(UTF_8), false);
    known.add(List.of("correct horse", " "));
    masked.line(0, Stream.STDOUT, "er22 correct horse".getBytes(UTF_8), true);
    assertThat(log.lines())
        .containsExactly("STDOUT a hunter22", "STDOUT b  [cut]", "STDOUT *** ***");
    assertThat(known).hasToString("2 known secrets");
  }

  @Test
  void aSecretOnTheSeamOfALongLineIsHidden() {
    byte[] secret = "seam-secret-0123456789".getBytes(UTF_8);
    byte[] line = new byte[LineAssembler.LONGEST + 1000];
    Arrays.fill(line, (byte) 'x');
    System.arraycopy(secret, 0, line, LineAssembler.LONGEST - 11, secret.length);
    List<byte[]> shown = new ArrayList<>();
    StepLog log =
        SecretMask.of(List.of(new String(secret, UTF_8))).over((s, o, part, c) -> shown.add(part));
    LineAssembler lines = new LineAssembler(0, Stream.STDOUT, log);
    for (int at = 0; at < line.length; at += 8192) {
      lines.write(line, at, Math.min(8192, line.length - at));
    }
    lines.finish();
    StringBuilder all = new StringBuilder();
    shown.forEach(part -> all.append(new String(part, UTF_8)));
    assertThat(all.indexOf("seam")).isNegative();
    assertThat(all.indexOf("6789")).isNegative();
    assertThat(all.length()).isEqualTo(line.length - secret.length + 3);
  }

  /** The search agrees with looking for each pattern by itself. */
  @Test
  void everyOccurrenceIsFound() {
    Random random = new Random(3);
    for (int round = 0; round < 500; round++) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        values.add(text(random, 4 + random.nextInt(5)));
      }
      String text = text(random, 60);
      StringBuilder expected = new StringBuilder(text);
      boolean[] hidden = new boolean[text.length()];
      for (String value : values) {
        for (int at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
          Arrays.fill(hidden, at, at + value.length(), true);
        }
      }
      for (int i = text.length() - 1; i >= 0; i--) {
        if (hidden[i]) {
          expected.replace(i, i + 1, i > 0 && hidden[i - 1] ? "" : "***");
        }
      }
      assertThat(SecretMask.of(values).text(text))
          .as(values + " in " + text)
          .isEqualTo(expected.toString());
    }
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append("xyz".charAt(random.nextInt(3)));
    }
    return text.toString();
  }

  @Test
  void aVariableWithASecretInItsValueIsNoneThatIsPassedOn() {
    SecretValues values = SecretValues.of(Map.of("A", "hunter22"), new KnownSecrets());
    StepOutcome outcome =
        new StepOutcome.Exited(
            0,
            false,
            new StepOutcome.Timing(Instant.EPOCH, Instant.EPOCH, Optional.empty()),
            Optional.empty(),
            new byte[0],
            new StepVariables(Map.of("URL", "https://me:hunter22@host/", "V", "1")));
    assertThat(values.unpassable(outcome)).containsExactly("URL");
    assertThat(values.masked(outcome))
        .isInstanceOfSatisfying(
            StepOutcome.Exited.class,
            e -> assertThat(e.variables().values()).containsExactly(Map.entry("V", "1")));
  }

  @Test
  void nothingPrintsAValue() {
    SecretValues values = SecretValues.of(Map.of("A", "hunter22"), new KnownSecrets());
    assertThat(values.toString()).isEqualTo("secrets [A]");
  }
}
