package dev.groundbuild.runner.pubsub;

/** A message that is in the journal: where, and as much as must be known without reading it. */
final class Stored {
  final long id;
  final long published;
  final int length;

  /** The ordering key, or empty. */
  final String key;

  /** Where its bytes begin; another place after the journal was rewritten. */
  long offset;

  /** How many subscriptions still have it. */
  int holders;

  /**
   * @param published in milliseconds since 1970
   * @param length of its bytes, as a PubsubMessage
   */
  Stored(long id, long published, long offset, int length, String key) {
    this.id = id;
    this.published = published;
    this.offset = offset;
    this.length = length;
    this.key = key;
  }
}
