package dev.groundbuild.runner;

/**
 * Is told of a build's events, in order and one at a time: on the build's own thread, or, for notes
 * about the source, on the thread that fetches it while the build's own waits. It must return soon
 * and throw nothing.
 */
@FunctionalInterface
public interface BuildListener {
  void on(BuildEvent event);
}
