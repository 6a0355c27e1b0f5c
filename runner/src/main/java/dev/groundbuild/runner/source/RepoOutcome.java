package dev.groundbuild.runner.source;

/** What became of a working tree. */
public sealed interface RepoOutcome {
  record Cloned(String commit) implements RepoOutcome {}

  /**
   * @param ahead how many commits it has that the server lacks
   */
  record UpToDate(String commit, int ahead) implements RepoOutcome {}

  /**
   * @param commits how many are new
   */
  record Updated(String from, String to, int commits) implements RepoOutcome {}

  /** It is as it was. */
  record Refused(String why) implements RepoOutcome {}

  /** {@code 1 commit}, {@code 2 commits}. */
  static String commits(int count) {
    return count + (count == 1 ? " commit" : " commits");
  }
}
