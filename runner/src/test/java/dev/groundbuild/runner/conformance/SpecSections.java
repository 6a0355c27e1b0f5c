package dev.groundbuild.runner.conformance;

import java.util.Map;

/** The sections of the spec that have cases. */
final class SpecSections {
  private static final Map<String, String> TITLES =
      Map.ofEntries(
          Map.entry("1.1", "schemas"),
          Map.entry("1.2", "the build"),
          Map.entry("1.3", "the step"),
          Map.entry("1.4", "options"),
          Map.entry("1.5", "volumes"),
          Map.entry("1.6", "secrets"),
          Map.entry("1.7", "artifacts"),
          Map.entry("1.8", "source"),
          Map.entry("1.9", "results"),
          Map.entry("1.10", "parsing"),
          Map.entry("1.11", "limits"),
          Map.entry("2.1", "built-in substitutions"),
          Map.entry("2.2", "tokens"),
          Map.entry("2.3", "validation of substitutions"),
          Map.entry("2.4", "substituted fields"),
          Map.entry("2.5", "dynamic substitutions"),
          Map.entry("2.6", "payload bindings"),
          Map.entry("2.7", "automap"),
          Map.entry("3.1", "a container per step"),
          Map.entry("3.2", "images"),
          Map.entry("3.3", "network"),
          Map.entry("3.4", "step outputs"),
          Map.entry("3.5", "waitFor"),
          Map.entry("3.6", "failure"),
          Map.entry("3.7", "statuses"),
          Map.entry("3.8", "timing"),
          Map.entry("3.9", "approval, cancel, retry"),
          Map.entry("3.10", "logs"),
          Map.entry("3.11", "push"),
          Map.entry("4.1", "status messages"));

  private SpecSections() {}

  static String title(String section) {
    String title = TITLES.get(section);
    if (title == null) {
      throw new IllegalArgumentException("the spec has no section " + section);
    }
    return title;
  }
}
