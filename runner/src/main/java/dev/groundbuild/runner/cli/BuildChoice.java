package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.status.BuildHistory;
import dev.groundbuild.runner.status.KeptBuild;
import dev.groundbuild.runner.status.KeptRequest;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Builds of this machine as a user names them: by id, or by its first part. */
final class BuildChoice {
  private BuildChoice() {}

  static KeptBuild find(BuildHistory history, String named) throws IOException {
    List<KeptBuild> found = history.find(named);
    return switch (found.size()) {
      case 0 ->
          throw new UsageException(
              "no build \"" + named + "\" is kept; groundbuild log --list shows those that are");
      case 1 -> found.getFirst();
      default ->
          throw new UsageException(
              "\""
                  + named
                  + "\" is the beginning of more than one build: "
                  + found.stream().map(KeptBuild::id).collect(Collectors.joining(", ")));
    };
  }

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
