package dev.groundbuild.runner.publish;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A topic of Pub/Sub.
 *
 * @param project the id of its project
 * @param name without the project
 */
public record Topic(String project, String name) {
  /** Cloud Build: where a build's messages go unless it says otherwise. */
  public static final String DEFAULT = "cloud-builds";

  private static final Pattern FULL = Pattern.compile("projects/([^/]+)/topics/([^/]+)");
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.~+%-]{2,254}");

  /**
   * Reads {@code projects/P/topics/T}, or a bare {@code T} of the given project.
   *
   * @throws IllegalArgumentException if the text is neither; the message says why
   */
  public static Topic parse(String text, String project) {
    Matcher full = FULL.matcher(text);
    Topic topic =
        full.matches() ? new Topic(full.group(1), full.group(2)) : new Topic(project, text);
    if (!NAME.matcher(topic.name).matches() || topic.name.startsWith("goog")) {
      throw new IllegalArgumentException(
          "\""
              + text
              + "\" is no topic: write projects/PROJECT/topics/TOPIC or TOPIC, of 3 to 255 letters, digits"
              + " and -_.~+%, the first a letter, and not beginning with goog");
    }
    return topic;
  }

  /** As Pub/Sub names it. */
  @Override
  public String toString() {
    return "projects/" + project + "/topics/" + name;
  }
}
