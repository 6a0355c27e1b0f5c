package dev.groundbuild.runner.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A length of time as a user writes it: {@code 30m}, {@code 24h}, {@code 3d}. */
final class KeepTime {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,6})([smhd])");

  private KeepTime() {}

  static Duration parse(String option, String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new UsageException(
          option + "=" + text + " is no length of time: write 30m, 24h or 3d, for example");
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }
}
