package dev.groundbuild.runner.source;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;

/**
 * Brings many working trees up to date at once, each on a virtual thread, and tells of them in
 * their own order, whichever is done first.
 */
public final class RepoSyncAll {
  private static final Duration TO_STOP = Duration.ofSeconds(10);

  private final Semaphore places;
  private final Map<String, String> environment;

  /**
   * @param parallel how many at once
   */
  public RepoSyncAll(int parallel, Map<String, String> environment) {
    this.places = new Semaphore(parallel);
    this.environment = Map.copyOf(environment);
  }

  /** Told of each in turn, on the calling thread. */
  public interface Teller {
    void tell(RepoTarget target, RepoOutcome outcome);
  }

  /**
   * @throws InterruptedException when the thread is interrupted; what was under way has then ended
   */
  public void run(List<RepoTarget> targets, Teller teller) throws InterruptedException {
    List<GitConnection> connections = new ArrayList<>();
    List<FutureTask<RepoOutcome>> tasks = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (RepoTarget target : targets) {
      GitConnection connection = GitConnection.of(target.source(), new Quiet(), environment);
      FutureTask<RepoOutcome> task = new FutureTask<>(() -> sync(target, connection));
      connections.add(connection);
      tasks.add(task);
      threads.add(Thread.ofVirtual().name("sync " + target.name()).start(task));
    }
    try {
      for (int i = 0; i < targets.size(); i++) {
        teller.tell(targets.get(i), outcome(tasks.get(i)));
      }
    } finally {
      connections.forEach(GitConnection::cancel);
      end(threads);
    }
  }

  private RepoOutcome sync(RepoTarget target, GitConnection connection)
      throws InterruptedException {
    places.acquire();
    try {
      return new RepoSync(target, connection).sync();
    } finally {
      places.release();
    }
  }

  private static RepoOutcome outcome(FutureTask<RepoOutcome> task) throws InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("syncing a repository", e.getCause());
    }
  }

  private static void end(List<Thread> threads) throws InterruptedException {
    boolean interrupted = Thread.interrupted();
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      thread.join(TO_STOP);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private record Quiet() implements SourceProgress {
    @Override
    public void log(String line) {}

    @Override
    public void note(String text) {}
  }
}
