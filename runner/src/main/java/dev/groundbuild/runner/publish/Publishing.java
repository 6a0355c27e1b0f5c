package dev.groundbuild.runner.publish;

import dev.groundbuild.runner.BuildListener;

/**
 * Tells a topic of each change of a build's status. Until it is closed the last message may be on
 * its way.
 */
public interface Publishing extends BuildListener, AutoCloseable {
  /** Nobody is told anything. */
  Publishing NONE =
      new Publishing() {
        @Override
        public void on(dev.groundbuild.runner.BuildEvent event) {}

        @Override
        public void close() {}
      };

  /** Waits until the last message is acknowledged, or no longer. What is left is kept. */
  @Override
  void close();
}
