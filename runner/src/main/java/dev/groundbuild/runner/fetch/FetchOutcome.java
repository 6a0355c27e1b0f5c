package dev.groundbuild.runner.fetch;

import java.time.Duration;

/** How a download ended. */
public sealed interface FetchOutcome {
  /**
   * Nothing was asked of any server.
   *
   * @param verified whether it has the checksum; otherwise there was none to compare with
   */
  record Present(boolean verified) implements FetchOutcome {}

  /**
   * @param bytes the size of the file
   * @param verified whether there was a checksum, which it has
   */
  record Fetched(long bytes, Duration took, boolean verified) implements FetchOutcome {}

  /**
   * What was at the destination is as it was.
   *
   * @param why for the user; without the address
   */
  record Failed(String why) implements FetchOutcome {}
}
