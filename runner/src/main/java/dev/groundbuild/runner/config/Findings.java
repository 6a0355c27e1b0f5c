package dev.groundbuild.runner.config;

import java.util.Comparator;
import java.util.List;

/** Collects what the checks find, and says it as the chosen door would. Not thread-safe. */
final class Findings {
  private final Door door;
  private final Problems problems;
  private final List<String> unreadable;

  Findings(BuildConfig config, Door door) {
    this.door = door;
    this.problems = new Problems(config::place);
    this.unreadable =
        config.problems().stream().filter(Problem::isError).map(Problem::path).toList();
  }

  /** Both doors refuse this. */
  void refuse(String path, String message) {
    if (!isUnreadable(path)) {
      problems.error(path, oneLine(message));
    }
  }

  /** Both doors refuse the absence of this field. */
  void missing(String path, String message) {
    if (!isUnreadable(path) && !hasUnreadableWithin(path)) {
      problems.error(path, oneLine(message));
    }
  }

  /** One door refuses this and the other accepts it silently. */
  void refuseAt(Door refuser, String path, String message) {
    if (door == refuser) {
      refuse(path, message);
    } else if (door == Door.UNION) {
      warn(path, message + "; " + describe(refuser) + " would refuse it");
    }
  }

  /** Both doors refuse this, but what it is about exists in the cloud only. */
  void refuseInTheCloud(String path, String message) {
    if (door == Door.UNION) {
      warn(path, message + "; Cloud Build would refuse it");
    } else {
      refuse(path, message);
    }
  }

  /** Submitting it is refused; whoever else reads it should know that it has no effect. */
  void refuseAtSubmitElseWarn(String path, String message) {
    if (door == Door.TRIGGER) {
      warn(path, message);
    } else {
      refuseAt(Door.SUBMIT, path, message);
    }
  }

  /** Nobody refuses this, and it deserves a word. */
  void warn(String path, String message) {
    if (!isUnreadable(path)) {
      problems.warn(path, oneLine(message));
    }
  }

  /** Whether the reader has refused this field or something around it. */
  boolean isUnreadable(String path) {
    return unreadable.stream().anyMatch(u -> u.isEmpty() || isWithin(path, u));
  }

  /** Whether the reader has refused something inside this field. */
  boolean hasUnreadableWithin(String path) {
    return unreadable.stream().anyMatch(u -> isWithin(u, path));
  }

  /** Names are quoted as they are written, and a terminal should not obey them. */
  private static String oneLine(String message) {
    return message.replace("\n", "\\n").replaceAll("\\p{Cntrl}", "?");
  }

  private static boolean isWithin(String path, String outer) {
    return path.startsWith(outer)
        && (path.length() == outer.length()
            || path.charAt(outer.length()) == '.'
            || path.charAt(outer.length()) == '[');
  }

  List<Problem> inTextOrder() {
    return problems.all().stream()
        .sorted(
            Comparator.comparingInt((Problem p) -> line(p))
                .thenComparingInt(p -> p.position().map(Position::column).orElse(0)))
        .toList();
  }

  private static int line(Problem problem) {
    return problem.position().map(Position::line).orElse(Integer.MAX_VALUE);
  }

  private static String describe(Door refuser) {
    return switch (refuser) {
      case SUBMIT -> "\"gcloud builds submit\"";
      case TRIGGER -> "a trigger";
      case UNION -> throw new IllegalStateException("the union refuses nothing that a door takes");
    };
  }
}
