package dev.groundbuild.runner.fetch;

import java.time.Duration;

/** Told of one download, on the thread that does it. Must return soon. */
interface FetchListener {
  /**
   * @param bytes of the file so far
   * @param total negative when the server does not say
   */
  void received(long bytes, long total);

  /**
   * @param after how long until the next try
   */
  void retrying(String why, Duration after);
}
