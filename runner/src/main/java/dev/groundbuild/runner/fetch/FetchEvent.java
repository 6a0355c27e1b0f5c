package dev.groundbuild.runner.fetch;

import java.time.Duration;

/**
 * What happens to downloads, each known by its place in the list of them.
 *
 * <p>Every download finishes once, and says nothing after it.
 */
public sealed interface FetchEvent {
  int index();

  /**
   * @param bytes of the file so far
   * @param total negative when the server does not say
   */
  record Received(int index, long bytes, long total) implements FetchEvent {}

  /**
   * @param after how long until the next try
   */
  record Retrying(int index, String why, Duration after) implements FetchEvent {}

  record Finished(int index, FetchOutcome outcome) implements FetchEvent {}
}
