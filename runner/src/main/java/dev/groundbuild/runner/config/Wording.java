package dev.groundbuild.runner.config;

import java.time.Duration;

/** Phrases that the messages of several checks share. */
final class Wording {
  private static final int LONGEST_QUOTE = 200;

  private Wording() {}

  /** {@code "text"}, with the middle left out when it is long. */
  static String quote(String text) {
    String oneLine = text.replace("\r", "\\r").replace("\n", "\\n");
    return oneLine.length() <= LONGEST_QUOTE
        ? "\"" + oneLine + "\""
        : "\""
            + oneLine.substring(0, 150)
            + "..."
            + oneLine.substring(oneLine.length() - 40)
            + "\"";
  }

  /** Says where a bad value comes from when the text itself shows something else. */
  static String madeFrom(String written, String value) {
    return written.equals(value)
        ? ""
        : " (made from " + quote(written) + "; check the values of its substitutions)";
  }

  static String tooMany(int count, String things, int most) {
    return count + " " + things + " are too many (max: " + most + ")";
  }

  static String tooLong(String thing, int length, int most, String unit) {
    return thing + " too long: " + length + " " + unit + " (max: " + most + ")";
  }

  static int characters(String text) {
    return text.codePointCount(0, text.length());
  }

  static Duration duration(com.google.protobuf.Duration message) {
    return Duration.ofSeconds(message.getSeconds(), message.getNanos());
  }

  /** As the service writes it: {@code 20m0s}, {@code 1h0m0s}, {@code 1.5s}. */
  static String duration(Duration d) {
    if (d.isNegative()) {
      return "-" + duration(d.negated());
    }
    String fraction =
        d.toNanosPart() == 0
            ? ""
            : "." + String.format("%09d", d.toNanosPart()).replaceFirst("0+$", "");
    String seconds = d.toSecondsPart() + fraction + "s";
    if (d.toHours() > 0) {
      return d.toHours() + "h" + d.toMinutesPart() + "m" + seconds;
    }
    return d.toMinutes() > 0 ? d.toMinutes() + "m" + seconds : seconds;
  }
}
