package dev.groundbuild.runner.identity;

import java.time.Instant;

/** A token and its end. No record: it must not print itself. */
final class AccessToken {
  private final String value;
  private final Instant expires;

  AccessToken(String value, Instant expires) {
    this.value = value;
    this.expires = expires;
  }

  String value() {
    return value;
  }

  Instant expires() {
    return expires;
  }
}
