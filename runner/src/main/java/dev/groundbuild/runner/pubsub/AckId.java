package dev.groundbuild.runner.pubsub;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a subscriber acknowledges by.
 *
 * @param subscription its number
 * @param message the message's id
 * @param lease which handing out it was
 */
record AckId(int subscription, long message, int lease) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})-(\\d{1,18})-(\\d{1,9})");

  /** Nothing for a text that was never such an id. */
  static Optional<AckId> parse(String text) {
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new AckId(
            Integer.parseInt(m.group(1)),
            Long.parseLong(m.group(2)),
            Integer.parseInt(m.group(3))));
  }

  @Override
  public String toString() {
    return subscription + "-" + message + "-" + lease;
  }
}
