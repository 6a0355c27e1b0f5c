package dev.groundbuild.runner.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Nothing that a file can hold makes the reader throw. The seed is fixed. */
final class ReaderMutationTest {
  private static final String VALID =
      """
      # a comment
      steps:
      - &s
        name: 'gcr.io/x'
        args: ["-c", "echo \\u00e9 $$A", *b]
        env: [A=b, &b C=d]
        timeout: 1h30m
        allowExitCodes: [1, 0x2]
        volumes: [{name: v, path: /v}]
        results: [{name: r}]
      - <<: *s
        wait_for: ['-']
        script: |
          #!/bin/sh
          exit 1
      substitutions: {_A: x, _B: }
      options: {diskSizeGb: '100', logging: NONE, anthosCluster: {a: [1, ~]}}
      secrets: [{kmsKeyName: k, secretEnv: {E: aGVsbG8=}}]
      source: {gitSource: {url: u}}
      ---
      other: document
      """;

  private static final String[] PIECES = {
    ":",
    ": ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "&a ",
    "*a",
    "*s",
    "<<: ",
    "|\n",
    ">\n",
    "#",
    "\t",
    "\n",
    "  ",
    "---\n",
    "...\n",
    "!!binary ",
    "!x ",
    "~",
    "null",
    "? ",
    "%YAML 9.9\n",
    "\\",
    "\\u",
    "\\ud800",
    "\u0000",
    "\uFEFF",
    "9999999999999999999999",
    "1:99",
    "0x",
    "0b",
    "-",
    "+",
    ".",
    "1e999",
    "steps:\n",
    "status: x\n",
    ",",
    "\u2028",
    "\uD83D\uDE00"
  };

  @Test
  void randomChangesNeverThrow() {
    Random random = new Random(20261121);
    for (int i = 0; i < 5_000; i++) {
      byte[] text = mutated(random);
      for (Door door : Door.values()) {
        BuildConfig config = ConfigReader.read("f", text, door);
        assertThat(config.problems())
            .allSatisfy(problem -> {
              assertThat(problem.toString()).startsWith("f:").doesNotContain("\n");
              assertThat(problem.position()).isPresent();
            });
      }
    }
  }

  private static byte[] mutated(Random random) {
    StringBuilder text = new StringBuilder(VALID);
    for (int changes = 1 + random.nextInt(6); changes > 0; changes--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(3)) {
        case 0 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(9)));
        case 1 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
        default -> text.setCharAt(at, (char) (32 + random.nextInt(95)));
      }
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    if (random.nextInt(20) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }
}
