package dev.groundbuild.agent;

import dev.groundbuild.agent.api.ApiServer;
import dev.groundbuild.agent.api.CloudBuildApi;
import dev.groundbuild.agent.api.Operations;
import dev.groundbuild.agent.queue.BuildQueue;
import dev.groundbuild.agent.store.BuildStore;
import dev.groundbuild.agent.store.Database;
import dev.groundbuild.agent.worker.BuildIntake;
import dev.groundbuild.agent.worker.BuildWorker;
import dev.groundbuild.steps.Leftovers;
import dev.groundbuild.steps.engine.ContainerEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/** Everything that one agent does, while it runs. */
public final class Agent implements AutoCloseable {
  private final Database database;
  private final BuildQueue queue;
  private final ApiServer server;

  private Agent(Database database, BuildQueue queue, ApiServer server) {
    this.database = database;
    this.queue = queue;
    this.server = server;
  }

  /** An agent that takes builds. What dead runs have left on the engine is removed first. */
  public static Agent start(AgentOptions options, ContainerEngine engine, InstantSource clock)
      throws IOException {
    Path logs = Files.createDirectories(options.data().resolve("logs"));
    Leftovers.removeDead(engine, clock.instant());
    Database database = Database.in(options.data());
    try {
      BuildStore store = database.builds();
      BuildWorker worker = new BuildWorker(store, engine, logs, clock);
      BuildQueue queue =
          new BuildQueue(database.source(), options.workers(), options.drain(), clock, worker::run);
      CloudBuildApi builds = new CloudBuildApi(store, new BuildIntake(clock), queue::add, clock);
      ApiServer server =
          ApiServer.start(options.address(), builds, new Operations(store, builds::cancel), logs);
      queue.start();
      server.ready(true);
      return new Agent(database, queue, server);
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /** The port that it listens on. */
  public int port() {
    return server.port();
  }

  /** Takes no more builds, waits for those that run, and ends. */
  @Override
  public void close() {
    server.ready(false);
    queue.close();
    server.close();
    database.close();
  }
}
