package dev.groundbuild.agent.queue;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * The builds that wait for a worker, in the database: each is given to one worker of one agent, and
 * to another one when that agent has died.
 */
public final class BuildQueue implements AutoCloseable {
  /** An agent that has been silent for six of these is dead. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);

  private static final int MISSED_HEARTBEATS = 5;
  private static final Duration POLLING = Duration.ofSeconds(1);

  private final Scheduler scheduler;
  private final OneTimeTask<Void> task;
  private final InstantSource clock;

  /**
   * @param workers how many builds this agent runs at once
   * @param drain how long {@link #close} waits for builds that run
   * @param run runs the build of an id to its end; called on the worker's thread
   */
  public BuildQueue(
      DataSource source, int workers, Duration drain, InstantSource clock, Consumer<String> run) {
    this.clock = clock;
    this.task =
        Tasks.oneTime(TaskDescriptor.of("build"))
            .execute((instance, _) -> run.accept(instance.getId()));
    this.scheduler =
        Scheduler.create(source, task)
            .threads(workers)
            .pollingInterval(POLLING)
            .heartbeatInterval(HEARTBEAT)
            .missedHeartbeatsLimit(MISSED_HEARTBEATS)
            .shutdownMaxWait(drain)
            .enableImmediateExecution()
            .build();
  }

  /** From now on workers take builds. */
  public void start() {
    scheduler.start();
  }

  /** Puts a build at the end of the queue. */
  public void add(String buildId) {
    scheduler.scheduleIfNotExists(task.instance(buildId), clock.instant());
  }

  /** Takes no more builds, and waits for those that run. */
  @Override
  public void close() {
    scheduler.stop();
  }
}
