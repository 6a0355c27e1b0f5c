package dev.groundbuild.runner.overlay;

import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerEngine.Output;
import java.time.Duration;

/** A side container from its start on, and what follows its output. */
record RunningSide(SideContainer service, String container, Output output, SideOutput lines)
    implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(10);

  /** Lets it end in good order. */
  void stop(ContainerEngine engine) {
    engine.stop(container, GRACE);
    output.awaitEnd();
  }

  /** Follows it no longer. */
  @Override
  public void close() {
    output.close();
    lines.finish();
  }
}
