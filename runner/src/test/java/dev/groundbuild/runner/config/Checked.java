package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Build;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A config written as JSON (single quotes do), and what the checks say of it. Problems are compared
 * as text: {@code steps[0].name: message}, with {@code warning: } before a warning's message.
 */
final class Checked {
  private Checked() {}

  static Build build(String json) {
    Build.Builder build = Build.newBuilder();
    try {
      JsonFormat.parser().merge(json, build);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(json, e);
    }
    return build.build();
  }

  static BuildConfig config(Build build) {
    return new BuildConfig("cloudbuild.yaml", build, Map.of(), Map.of(), List.of());
  }

  static List<String> problems(String json) {
    return problems(json, Door.UNION);
  }

  static List<String> problems(String json, Door door) {
    Build build = build(json);
    return text(BuildChecks.check(config(build), build, door));
  }

  /** What is said when the text and the build after substitution differ. */
  static List<String> problems(String written, String substituted) {
    return text(BuildChecks.check(config(build(written)), build(substituted), Door.UNION));
  }

  static List<String> text(List<Problem> problems) {
    return problems.stream().map(Problem::toString).toList();
  }

  /** The rule that is tried, a config, and everything that is said of it; nothing if accepted. */
  record Case(String rule, String json, List<String> problems) {
    static Case accepted(String rule, String json) {
      return new Case(rule, json, List.of());
    }

    static Case refused(String rule, String json, String... problems) {
      return new Case(rule, json, List.of(problems));
    }

    @Override
    public String toString() {
      return rule + (problems.isEmpty() ? " (accepted)" : " (refused)");
    }
  }

  /** Names of cases must be unique, so that a report says which one failed. */
  static List<Case> table(Case... cases) {
    Set<String> names = new HashSet<>();
    for (Case each : cases) {
      if (!names.add(each.toString())) {
        throw new IllegalArgumentException("two cases are called " + each);
      }
    }
    return List.of(cases);
  }
}
