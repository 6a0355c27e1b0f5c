package dev.groundbuild.runner.pubsub;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a topic or subscription: {@code projects/P/topics/T}.
 *
 * @param project the project's id
 * @param kind {@code topics} or {@code subscriptions}
 * @param id the last part
 */
record ResourceName(String project, String kind, String id) {
  static final String TOPICS = "topics";
  static final String SUBSCRIPTIONS = "subscriptions";

  private static final Pattern NAME = Pattern.compile("projects/([^/]+)/([a-z]+)/([^/]+)");
  // A domain-scoped project has its domain in front: example.com:shop.
  private static final Pattern PROJECT = Pattern.compile("[a-zA-Z0-9][-a-zA-Z0-9.:_]{0,98}");
  private static final Pattern ID = Pattern.compile("[a-zA-Z][-a-zA-Z0-9_.~+%]{2,254}");

  static ResourceName topic(String text) {
    return parse(text, TOPICS);
  }

  static ResourceName subscription(String text) {
    return parse(text, SUBSCRIPTIONS);
  }

  private static ResourceName parse(String text, String kind) {
    Matcher m = NAME.matcher(text);
    if (!m.matches()
        || !m.group(2).equals(kind)
        || !PROJECT.matcher(m.group(1)).matches()
        || !ID.matcher(m.group(3)).matches()
        || m.group(3).startsWith("goog")) {
      throw Refused.invalid(
          "Invalid resource name given (name=%s): it is projects/PROJECT/%s/ID, and the ID has 3 to 255 letters, digits or -_.~+%%, begins with a letter, and not with goog."
              .formatted(text, kind));
    }
    return new ResourceName(m.group(1), kind, m.group(3));
  }

  /** The project of {@code projects/P}. */
  static String project(String text) {
    if (!text.startsWith("projects/") || !PROJECT.matcher(text.substring(9)).matches()) {
      throw Refused.invalid(
          "Invalid project given (project=" + text + "): write projects/PROJECT.");
    }
    return text.substring(9);
  }

  @Override
  public String toString() {
    return "projects/" + project + "/" + kind + "/" + id;
  }
}
