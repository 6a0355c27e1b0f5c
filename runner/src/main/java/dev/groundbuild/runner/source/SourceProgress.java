package dev.groundbuild.runner.source;

/**
 * Told of a source while it is fetched and sent. Called from the thread that does the work, which
 * is not always the caller's; must return soon.
 */
public interface SourceProgress {
  /** A line of the build's log, in Cloud Build's own words. */
  void log(String line);

  /** Something that was left out or done differently: one sentence for the user. */
  void note(String text);

  /** The current state of something that is under way; not part of the log. */
  default void update(String text) {}
}
