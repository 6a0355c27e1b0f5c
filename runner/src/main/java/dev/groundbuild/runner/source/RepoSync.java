package dev.groundbuild.runner.source;

import dev.groundbuild.runner.SourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.MergeCommand.FastForwardMode;
import org.eclipse.jgit.api.MergeResult;
import org.eclipse.jgit.api.Status;
import org.eclipse.jgit.api.errors.CheckoutConflictException;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.errors.RepositoryNotFoundException;
import org.eclipse.jgit.lib.BranchTrackingStatus;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryState;
import org.eclipse.jgit.lib.StoredConfig;

/**
 * Brings one working tree up to its server's branch: cloned when it is missing, else
 * fast-forwarded, and nothing else. A tree with changes, or with a branch that has gone its own
 * way, keeps its files and its branch; it is never merged and never rebased. Used once.
 */
final class RepoSync {
  private final RepoTarget target;
  private final GitConnection connection;

  RepoSync(RepoTarget target, GitConnection connection) {
    this.target = target;
    this.connection = connection;
  }

  /** What could not be done is in the outcome. */
  RepoOutcome sync() {
    try {
      return isMissing(target.folder()) ? clone(source()) : update();
    } catch (SourceException e) {
      return refused(String.valueOf(e.getMessage()));
    } catch (CheckoutConflictException e) {
      return refused(
          "files of yours are in the way of new ones: "
              + String.join(", ", e.getConflictingPaths()));
    } catch (GitAPIException e) {
      return refused(reason(e));
    } catch (IOException e) {
      return refused(target.folder() + ": " + Failures.reason(e));
    }
  }

  private String reason(Exception e) {
    String url = target.source().map(BuildSource.Git::url).orElse("the server");
    return String.valueOf(GitWords.of(url, e).getMessage());
  }

  private BuildSource.Git source() {
    return target
        .source()
        .orElseThrow(
            () -> SourceException.usage(target.folder() + ": no such folder; give its address"));
  }

  private static RepoOutcome refused(String why) {
    return new RepoOutcome.Refused(why);
  }

  private static boolean isMissing(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return true;
    }
    if (!Files.isDirectory(folder)) {
      throw SourceException.usage(folder + ": a file is where the working tree would have to be");
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  /** The clone grows in a folder beside it, so that a half one is never found in its place. */
  private RepoOutcome clone(BuildSource.Git source) throws GitAPIException, IOException {
    Path folder = target.folder().toAbsolutePath();
    Path parent = Files.createDirectories(folder.getParent());
    Path growing = Files.createTempDirectory(parent, "." + folder.getFileName() + ".clone-");
    try {
      String commit = cloneInto(growing.resolve("tree"), source);
      Files.deleteIfExists(folder); // if it is there, it is empty
      Files.move(growing.resolve("tree"), folder);
      return new RepoOutcome.Cloned(commit);
    } finally {
      FolderTree.remove(growing);
    }
  }

  private String cloneInto(Path tree, BuildSource.Git source) throws GitAPIException, IOException {
    var command =
        Git.cloneRepository()
            .setURI(source.url())
            .setDirectory(tree.toFile())
            .setProgressMonitor(connection.monitor());
    if (!source.revision().isEmpty()) {
      command.setBranch(source.revision());
    }
    try (Git git = connection.prepare(command).call()) {
      ObjectId head = git.getRepository().resolve(Constants.HEAD);
      if (head == null) {
        throw SourceException.usage(
            source.url()
                + (source.revision().isEmpty()
                    ? ": the repository has no commits, or no HEAD"
                    : ": it has no branch \"" + source.revision() + "\""));
      }
      return head.name();
    }
  }

  private RepoOutcome update() throws GitAPIException, IOException {
    try (Git git = Git.open(target.folder().toFile())) {
      Optional<String> obstacle = obstacle(git);
      if (obstacle.isPresent()) {
        return refused(obstacle.get());
      }
      Repository repository = git.getRepository();
      String branch = repository.getBranch();
      StoredConfig config = repository.getConfig();
      String remote = config.getString("branch", branch, "remote");
      if (remote == null || config.getString("branch", branch, "merge") == null) {
        return refused(
            "branch %s follows no branch of a server; git branch --set-upstream-to=origin/%s"
                .formatted(branch, branch));
      }
      connection
          .prepare(git.fetch().setRemote(remote).setProgressMonitor(connection.monitor()))
          .call();
      return forward(git, branch);
    } catch (RepositoryNotFoundException e) {
      return refused("it is a folder with files, but no git repository");
    }
  }

  /** Why this tree must not be touched, if there is a reason. */
  private Optional<String> obstacle(Git git) throws GitAPIException, IOException {
    Repository repository = git.getRepository();
    if (repository.isBare()) {
      return Optional.of("it is a bare repository, without files");
    }
    if (repository.getRepositoryState() != RepositoryState.SAFE) {
      return Optional.of(
          "something is under way in it: " + repository.getRepositoryState().getDescription());
    }
    String url = target.source().map(BuildSource.Git::url).orElse("");
    String origin = repository.getConfig().getString("remote", "origin", "url");
    if (!url.isEmpty() && !SourceArgument.sameRepository(url, origin == null ? "" : origin)) {
      return Optional.of("it is a clone of another repository, " + SourceArgument.shown(origin));
    }
    String full = repository.getFullBranch();
    if (full == null || !full.startsWith(Constants.R_HEADS)) {
      return Optional.of("no branch is checked out");
    }
    String wanted = target.source().map(BuildSource.Git::revision).orElse("");
    if (!wanted.isEmpty() && !wanted.equals(repository.getBranch())) {
      return Optional.of("branch " + repository.getBranch() + " is checked out, not " + wanted);
    }
    return dirt(git.status().call());
  }

  private static Optional<String> dirt(Status status) {
    int changes = status.getUncommittedChanges().size();
    if (changes == 0) {
      return Optional.empty();
    }
    List<String> some = status.getUncommittedChanges().stream().sorted().limit(3).toList();
    return Optional.of(
        "uncommitted changes in "
            + String.join(", ", some)
            + (changes > some.size() ? " and " + (changes - some.size()) + " more" : ""));
  }

  private RepoOutcome forward(Git git, String branch) throws GitAPIException, IOException {
    Repository repository = git.getRepository();
    BranchTrackingStatus tracking = BranchTrackingStatus.of(repository, branch);
    if (tracking == null) {
      return refused("the server has no branch like " + branch + " any more, or no commits");
    }
    int ahead = tracking.getAheadCount();
    int behind = tracking.getBehindCount();
    ObjectId before = repository.resolve(Constants.HEAD);
    String was = before == null ? "" : before.name();
    if (behind == 0) {
      return new RepoOutcome.UpToDate(was, ahead);
    }
    if (ahead > 0) {
      return refused(
          "%s has diverged from %s: %s here, %s there"
              .formatted(
                  branch,
                  Repository.shortenRefName(tracking.getRemoteTrackingBranch()),
                  RepoOutcome.commits(ahead),
                  RepoOutcome.commits(behind)));
    }
    Ref upstream = repository.exactRef(tracking.getRemoteTrackingBranch());
    MergeResult result =
        git.merge().setFastForward(FastForwardMode.FF_ONLY).include(upstream).call();
    return switch (result.getMergeStatus()) {
      case FAST_FORWARD -> new RepoOutcome.Updated(was, result.getNewHead().name(), behind);
      case ALREADY_UP_TO_DATE -> new RepoOutcome.UpToDate(was, 0);
      default -> refused("it can't be forwarded: " + result.getMergeStatus());
    };
  }
}
