package dev.groundbuild.runner.pubsub;

/** Google's limits for the time that a subscriber asks for. */
final class DeadlineChecks {
  private DeadlineChecks() {}

  static int check(int seconds) {
    if (seconds < 0 || seconds > 600) {
      throw Refused.invalid("ack_deadline_seconds is " + seconds + "; it must be from 0 to 600.");
    }
    return seconds;
  }
}
