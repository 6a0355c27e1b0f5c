package dev.groundbuild.runner.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

/** Texts made from others: by tokens of YAML and of bash's expansions, by lines, and by bytes. */
final class Mutations {
  private static final Pattern BETWEEN_TOKENS =
      Pattern.compile("(?<=[\\s:{}\\[\\],\"'$&*/#%=-])|(?=[\\s:{}\\[\\],\"'$&*/#%=-])");

  private static final List<String> PIECES =
      List.of(
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
          "<<: ",
          "|\n",
          ">-\n",
          "#",
          "\t",
          "\n",
          "\r",
          "---\n",
          "!!binary ",
          "!!set ",
          "!x ",
          "~",
          "null",
          "? ",
          "\\u",
          "\0",
          "\uFEFF",
          "\u2028",
          "\uD83D\uDE00",
          "\u001b[2J",
          "9223372036854775808",
          "-1",
          "0x",
          "1e999",
          "1:99",
          ".inf",
          "${_A}",
          "$_A",
          "$$",
          "${",
          "${_A:-",
          "${_A:?",
          "${_A/",
          "${_A//",
          "${_A#",
          "${_A%%",
          "${_A:1:",
          "${_A^^",
          "${#_A}",
          "[[:alpha:]]",
          "[!a-",
          "*",
          "?",
          "\\",
          "steps:\n",
          "waitFor: ['-']",
          "timeout: ",
          "volumes: ",
          "secretEnv: ",
          "automapSubstitutions: true",
          "dynamicSubstitutions: true",
          "availableSecrets: ",
          "substitutions: ");

  private final Random random;
  private final List<byte[]> seeds;

  Mutations(long seed, List<byte[]> seeds) {
    this.random = new Random(seed);
    this.seeds = List.copyOf(seeds);
  }

  byte[] next() {
    byte[] text = any();
    for (int changes = 1 + random.nextInt(5); changes > 0; changes--) {
      text =
          switch (random.nextInt(5)) {
            case 0 -> bytes(text);
            case 1 -> spliced(text);
            default -> tokens(new String(text, UTF_8)).getBytes(UTF_8);
          };
    }
    return text;
  }

  private byte[] any() {
    return seeds.get(random.nextInt(seeds.size()));
  }

  private byte[] bytes(byte[] text) {
    byte[] changed = text.clone();
    if (changed.length > 0) {
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
    }
    return changed;
  }

  /** The beginning of one and the end of another, or of itself. */
  private byte[] spliced(byte[] text) {
    byte[] other = any();
    int end = random.nextInt(text.length + 1);
    int start = random.nextInt(other.length + 1);
    byte[] both = new byte[Math.min(8_000, end + other.length - start)];
    for (int i = 0; i < both.length; i++) {
      both[i] = i < end ? text[i] : other[start + i - end];
    }
    return both;
  }

  private String tokens(String text) {
    List<String> tokens = new ArrayList<>(List.of(BETWEEN_TOKENS.split(text, -1)));
    int at = random.nextInt(tokens.size());
    switch (random.nextInt(4)) {
      case 0 -> tokens.remove(at);
      case 1 -> tokens.add(at, PIECES.get(random.nextInt(PIECES.size())));
      case 2 -> tokens.set(at, tokens.get(random.nextInt(tokens.size())));
      default -> tokens.set(at, tokens.get(at).repeat(1 + random.nextInt(60)));
    }
    return String.join("", tokens);
  }
}
