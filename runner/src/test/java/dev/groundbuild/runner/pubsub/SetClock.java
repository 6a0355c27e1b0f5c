package dev.groundbuild.runner.pubsub;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that goes when it is told to. */
final class SetClock implements InstantSource {
  private final AtomicLong millis =
      new AtomicLong(Instant.parse("2026-01-02T03:04:05.678Z").toEpochMilli());

  void advance(Duration by) {
    millis.addAndGet(by.toMillis());
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis.get());
  }
}
