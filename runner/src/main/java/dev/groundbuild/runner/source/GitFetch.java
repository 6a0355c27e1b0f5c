package dev.groundbuild.runner.source;

import dev.groundbuild.runner.SourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.eclipse.jgit.api.FetchCommand;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;

/**
 * Fetches one commit of a repository. Cloud Build: git sources are fetched at depth 1, without tags
 * and other branches; its log names the commit.
 *
 * <p>The work is done in a thread of its own, because only a virtual thread can be interrupted
 * while it waits for a server. Used once.
 */
final class GitFetch {
  private static final Duration TO_STOP = Duration.ofSeconds(10);

  private final BuildSource.Git source;
  private final SourceProgress progress;
  private final GitProgress monitor;
  private final GitConnection connection;

  private GitFetch(BuildSource.Git source, SourceProgress progress, SshCommand ssh) {
    this.source = source;
    this.progress = progress;
    this.monitor = new GitProgress(progress);
    this.connection = new GitConnection(source.login(), monitor, ssh);
  }

  static GitCheckout fetch(BuildSource.Git source, SourceProgress progress) {
    return fetch(source, progress, SshCommand.ofEnvironment(System.getenv()));
  }

  /** The folder is the caller's to remove; after a failure it is removed already. */
  static GitCheckout fetch(BuildSource.Git source, SourceProgress progress, SshCommand ssh) {
    Path folder;
    try {
      folder = Files.createTempDirectory("groundbuild-source-");
    } catch (IOException e) {
      throw new SourceException(
          SourceException.Kind.FAILED, "no temporary folder: " + Failures.reason(e), e);
    }
    boolean done = false;
    try {
      GitCheckout checkout = new GitFetch(source, progress, ssh).inOwnThread(folder);
      done = true;
      return checkout;
    } finally {
      if (!done) {
        removeQuietly(folder, progress);
      }
    }
  }

  private static void removeQuietly(Path folder, SourceProgress progress) {
    try {
      FolderTree.remove(folder);
    } catch (IOException e) {
      progress.note(folder + ": can't be removed: " + Failures.reason(e) + "; remove it yourself");
    }
  }

  private GitCheckout inOwnThread(Path folder) {
    FutureTask<GitCheckout> work = new FutureTask<>(() -> fetchInto(folder));
    Thread worker = Thread.ofVirtual().name("git fetch").start(work);
    try {
      return work.get();
    } catch (InterruptedException e) {
      connection.cancel();
      worker.interrupt();
      waitFor(worker);
      Thread.currentThread().interrupt();
      throw (CancellationException) new CancellationException("cancelled").initCause(e);
    } catch (ExecutionException e) {
      throw failure(e.getCause() == null ? e : e.getCause());
    }
  }

  private static void waitFor(Thread worker) {
    try {
      worker.join(TO_STOP);
    } catch (InterruptedException again) {
      // asked twice: do not wait any longer; the caller's flag is set by the caller of this
    }
  }

  private RuntimeException failure(Throwable why) {
    return switch (why) {
      case SourceException e -> e;
      case GitAPIException e -> GitWords.of(source.url(), e);
      case IOException e -> GitWords.of(source.url(), e);
      default -> new IllegalStateException("fetching " + source.url(), why);
    };
  }

  private GitCheckout fetchInto(Path folder) throws GitAPIException, IOException {
    progress.update("Fetching " + source.url());
    try (Git git = Git.init().setDirectory(folder.toFile()).call()) {
      progress.log("Initialized empty Git repository in /workspace/.git/");
      configure(git);
      GitRevision wanted =
          GitRevision.find(
              source.revision(),
              source.url(),
              connection.prepare(git.lsRemote().setRemote(source.url())).callAsMap());
      ObjectId fetched = fetch(git, wanted);
      RevCommit commit = checkOut(git, fetched);
      return new GitCheckout(folder, commit.name(), wanted.branch(), wanted.tag());
    }
  }

  private void configure(Git git) throws IOException {
    StoredConfig config = git.getRepository().getConfig();
    config.setString("remote", "origin", "url", source.url());
    config.setString("remote", "origin", "fetch", "+refs/heads/*:refs/remotes/origin/*");
    config.setBoolean("core", null, "autocrlf", false);
    config.save();
  }

  private ObjectId fetch(Git git, GitRevision wanted) throws GitAPIException, IOException {
    if (wanted.shortCommit()) {
      progress.note(
          source.url()
              + ": "
              + wanted.name()
              + " is not a full commit hash, so the whole history is fetched");
      return everything(git, wanted);
    }
    if (wanted.isHash() && source.url().startsWith("file:")) {
      return everything(git, wanted); // here JGit is the server too, and prints what it refuses
    }
    try {
      FetchCommand fetch = git.fetch().setRemote("origin").setDepth(1).setTagOpt(TagOpt.NO_TAGS);
      connection
          .prepare(fetch.setRefSpecs(new RefSpec(wanted.name())).setProgressMonitor(monitor))
          .call();
      return wanted.id().orElseThrow();
    } catch (org.eclipse.jgit.api.errors.TransportException e) {
      if (monitor.isCancelled()) {
        throw e;
      }
      progress.note(
          source.url()
              + ": the server does not send just "
              + wanted.name()
              + ", so the whole history is fetched");
      return everything(git, wanted);
    }
  }

  private ObjectId everything(Git git, GitRevision wanted) throws GitAPIException, IOException {
    FetchCommand fetch =
        git.fetch()
            .setRemote("origin")
            .setTagOpt(TagOpt.FETCH_TAGS)
            .setRefSpecs(
                new RefSpec("+refs/heads/*:refs/remotes/origin/*"),
                new RefSpec("+refs/tags/*:refs/tags/*"))
            .setProgressMonitor(monitor);
    connection.prepare(fetch).call();
    String name = wanted.id().map(ObjectId::name).orElse(wanted.name());
    Optional<ObjectId> found = GitWords.resolve(git.getRepository(), source.url(), name);
    return found.orElseThrow(
        () -> SourceException.usage(source.url() + ": it has no commit " + wanted.name()));
  }

  private RevCommit checkOut(Git git, ObjectId fetched) throws GitAPIException, IOException {
    try (RevWalk walk = new RevWalk(git.getRepository())) {
      RevCommit commit = walk.parseCommit(fetched);
      progress.log("From " + source.url());
      progress.log(" * branch            " + commit.name() + " -> " + Constants.FETCH_HEAD);
      git.checkout().setName(commit.name()).setForced(true).setProgressMonitor(monitor).call();
      walk.parseBody(commit);
      progress.log(
          "HEAD is now at " + commit.abbreviate(7).name() + " " + commit.getShortMessage());
      progress.log("GitCommit:");
      progress.log(commit.name());
      return commit;
    }
  }
}
