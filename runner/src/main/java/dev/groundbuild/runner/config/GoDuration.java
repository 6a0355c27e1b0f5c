package dev.groundbuild.runner.config;

import com.google.protobuf.Duration;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as the service's reader takes them: {@code 600s}, {@code 15m}, {@code 1h30m}, {@code
 * 1.5h}. Cloud Build: the trigger path parses Go durations; the REST API wants seconds.
 */
public final class GoDuration {
  private static final Pattern SECONDS = Pattern.compile("\\d+(\\.\\d{1,9})?s");
  private static final Pattern PART =
      Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");
  private static final Pattern WHOLE = Pattern.compile("[+-]?(?:" + PART.pattern() + ")+");
  private static final int LONGEST_TEXT = 100;
  private static final BigInteger NANOS_PER_SECOND = BigInteger.valueOf(1_000_000_000);
  private static final BigInteger MOST_NANOS = BigInteger.valueOf(Long.MAX_VALUE);
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "μs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private GoDuration() {}

  /** Whether the REST API takes the text too. */
  static boolean isSeconds(String text) {
    return SECONDS.matcher(text).matches();
  }

  /** Empty when the text is no duration, or one of more than 292 years. */
  public static Optional<Duration> parse(String text) {
    if (text.equals("0")) {
      return Optional.of(Duration.getDefaultInstance());
    }
    if (text.length() > LONGEST_TEXT || !WHOLE.matcher(text).matches()) {
      return Optional.empty();
    }
    BigInteger nanos = BigInteger.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      BigDecimal unit = BigDecimal.valueOf(NANOS.getOrDefault(part.group(2), 0L));
      nanos = nanos.add(new BigDecimal(part.group(1)).multiply(unit).toBigInteger());
    }
    if (nanos.compareTo(MOST_NANOS) > 0) {
      return Optional.empty();
    }
    BigInteger signed = text.startsWith("-") ? nanos.negate() : nanos;
    BigInteger[] split = signed.divideAndRemainder(NANOS_PER_SECOND);
    return Optional.of(
        Duration.newBuilder()
            .setSeconds(split[0].longValue())
            .setNanos(split[1].intValue())
            .build());
  }
}
