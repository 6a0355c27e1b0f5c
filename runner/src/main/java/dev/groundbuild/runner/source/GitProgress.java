package dev.groundbuild.runner.source;

import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jgit.lib.ProgressMonitor;

/**
 * Passes on what JGit is doing. Its threads call it; the thread that waits for the fetch cancels
 * it. The flag is the only thing that these threads share.
 */
final class GitProgress implements ProgressMonitor {
  private final SourceProgress progress;
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private String task = "";
  private int total;
  private int done;
  private int shown;

  GitProgress(SourceProgress progress) {
    this.progress = progress;
  }

  void cancel() {
    cancelled.set(true);
  }

  @Override
  public boolean isCancelled() {
    return cancelled.get();
  }

  @Override
  public void start(int totalTasks) {}

  @Override
  public void beginTask(String title, int totalWork) {
    task = title;
    total = totalWork;
    done = 0;
    shown = 0;
    progress.update(title);
  }

  @Override
  public void update(int completed) {
    done += completed;
    int step = Math.max(100, total / 20);
    if (done - shown >= step) {
      shown = done;
      progress.update(task + " " + done + (total == UNKNOWN ? "" : "/" + total));
    }
  }

  @Override
  public void endTask() {}

  @Override
  public void showDuration(boolean enabled) {}
}
