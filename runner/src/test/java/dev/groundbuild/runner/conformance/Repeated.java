package dev.groundbuild.runner.conformance;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes long configs out of short ones: {@code {{x*300}}} is 300 times x, and a line that begins
 * with {@code {{300 lines}}} is there 300 times, with its number in place of {@code {n}}.
 */
final class Repeated {
  private static final Pattern LINES = Pattern.compile("(?m)^\\{\\{(\\d+) lines}}(.*\n)");
  private static final Pattern TEXT = Pattern.compile("\\{\\{([^*{}]+)\\*(\\d+)}}");

  private Repeated() {}

  static String expand(String text) {
    String lines = LINES.matcher(text).replaceAll(m -> Matcher.quoteReplacement(lines(m)));
    return TEXT.matcher(lines)
        .replaceAll(m -> Matcher.quoteReplacement(m.group(1).repeat(Integer.parseInt(m.group(2)))));
  }

  private static String lines(MatchResult m) {
    return IntStream.range(0, Integer.parseInt(m.group(1)))
        .mapToObj(i -> m.group(2).replace("{n}", Integer.toString(i)))
        .collect(Collectors.joining());
  }
}
