package dev.groundbuild.runner.cli;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.diff.BuildComparison;
import dev.groundbuild.runner.status.BuildHistory;
import dev.groundbuild.runner.status.BuildRecord;
import dev.groundbuild.runner.status.KeptBuild;
import dev.groundbuild.runner.status.KeptRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the build that the user means by BUILD. */
final class BuildChoice {
  /** How BUILD is explained where it is asked for. */
  static final String DESCRIPTION =
      "Id of a build, the first part of it, or last, last-1, ... (the newest, the one before it).";

  /** The newest build. */
  static final String LAST = "last";

  private static final Pattern BACK = Pattern.compile("last(?:-(?<back>[0-9]{1,9}))?");

  private BuildChoice() {}

  /** A build of the history. */
  static KeptBuild find(BuildHistory history, String given) throws IOException {
    Matcher back = BACK.matcher(given);
    if (back.matches()) {
      String number = back.group("back");
      return back(history, number == null ? 0 : Integer.parseInt(number));
    }
    List<KeptBuild> found = history.find(given);
    return switch (found.size()) {
      case 0 ->
          throw new UsageException(
              "no build \"" + given + "\" is kept; groundbuild builds shows those that are");
      case 1 -> found.getFirst();
      default -> throw ambiguous(given, found.stream().map(KeptBuild::id).toList());
    };
  }

  private static UsageException ambiguous(String given, List<String> ids) {
    return new UsageException(
        "\"" + given + "\" is the beginning of more than one build: " + String.join(", ", ids));
  }

  /**
   * The id of a build that the engine may have something of.
   *
   * @param onEngine builds that the engine has something of; those of other users are in no history
   *     of ours
   */
  static String id(BuildHistory history, String given, Stream<String> onEngine) throws IOException {
    if (BACK.matcher(given).matches() || !history.find(given).isEmpty()) {
      return find(history, given).id();
    }
    List<String> found = onEngine.filter(id -> id.startsWith(given)).distinct().sorted().toList();
    if (found.isEmpty()) {
      throw new UsageException(
          "no build \""
              + given
              + "\" is kept or runs; groundbuild builds and groundbuild ps show those that do");
    }
    // The build itself sorts before those whose ids begin with its own.
    if (found.size() > 1 && !found.getFirst().equals(given)) {
      throw ambiguous(given, found);
    }
    return found.getFirst();
  }

  /** A build of the history, or one in a file, to be compared. */
  static BuildComparison.Subject subject(Shell shell, BuildHistory history, String given)
      throws IOException {
    if (given.endsWith(".json") && Files.exists(shell.path(given))) {
      return new BuildComparison.Subject(record(shell, history, given), "");
    }
    KeptBuild kept = find(history, given);
    return new BuildComparison.Subject(kept.build(), kept.source());
  }

  /** The record of a build of the history, or one in a file. */
  static Build record(Shell shell, BuildHistory history, String given) throws IOException {
    if (given.endsWith(".json") && Files.exists(shell.path(given))) {
      return BuildRecord.read(shell.path(given));
    }
    return find(history, given).build();
  }

  private static KeptBuild back(BuildHistory history, int number) throws IOException {
    List<KeptBuild> all = history.list();
    if (all.isEmpty()) {
      throw new UsageException("no build has run yet: start one with groundbuild run");
    }
    if (number >= all.size()) {
      throw new UsageException(
          "only " + all.size() + (all.size() == 1 ? " build is" : " builds are") + " kept");
    }
    return all.get(number);
  }

  /** What a build of the history was started with. */
  static KeptRequest request(KeptBuild build) throws IOException {
    return KeptRequest.read(build)
        .orElseThrow(() ->
            new UsageException(
                "what build "
                    + build.id()
                    + " was started with is not known: an older version has run it"));
  }

  /** Enough of an id to name it. */
  static String brief(String id) {
    return id.substring(0, Math.min(8, id.length()));
  }
}
