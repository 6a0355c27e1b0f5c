package dev.groundbuild.runner.pubsub;

import com.google.pubsub.v1.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Writes a new journal of what is still there, without what is gone.
 *
 * @param from the journal in which the messages are
 */
record Rewriting(
    Entry.Counters counters,
    Collection<Topic> topics,
    Collection<Subscribed> subscriptions,
    Journal from) {
  private static final int IDS_PER_ENTRY = 100_000;

  private interface OfIds {
    Entry entry(long[] ids);
  }

  /**
   * Returns the new journal, which is in the old one's place.
   *
   * @param unfinished where it is until it is whole
   */
  Journal to(Path unfinished, Path path) throws IOException {
    Journal fresh = Journal.open(unfinished, 0);
    try {
      fresh.append(counters);
      for (Topic topic : topics) {
        fresh.append(new Entry.PutTopic(topic));
      }
      for (Subscribed one : subscriptions) {
        fresh.append(new Entry.PutSubscription(one.number, one.told()));
      }
      List<Stored> messages = messages();
      long[] offsets = new long[messages.size()];
      for (int i = 0; i < offsets.length; i++) {
        Stored m = messages.get(i);
        byte[] body = from.read(m.offset, m.length);
        offsets[i] =
            fresh.append(new Entry.Published(m.id, m.published, new int[0], body)) - m.length;
      }
      for (Subscribed one : subscriptions) {
        each(one.backlog.ids(), ids -> new Entry.Given(one.number, ids), fresh);
        each(one.backlog.retainedIds(), ids -> new Entry.Acked(one.number, ids), fresh);
      }
      fresh.moveTo(unfinished, path);
      from.close();
      for (int i = 0; i < offsets.length; i++) {
        messages.get(i).offset = offsets[i];
      }
      return fresh;
    } catch (IOException e) {
      fresh.close();
      throw e;
    }
  }

  private static void each(long[] ids, OfIds kind, Journal to) throws IOException {
    for (int from = 0; from < ids.length; from += IDS_PER_ENTRY) {
      int end = Math.min(ids.length, from + IDS_PER_ENTRY);
      to.append(kind.entry(Arrays.copyOfRange(ids, from, end)));
    }
  }

  /** Every message once, oldest first. */
  private List<Stored> messages() {
    List<Stored> all = new ArrayList<>();
    subscriptions.forEach(s -> s.backlog.each(all::add));
    all.sort(Comparator.comparingLong(m -> m.id));
    List<Stored> once = new ArrayList<>(all.size());
    for (Stored message : all) {
      if (once.isEmpty() || once.getLast() != message) {
        once.add(message);
      }
    }
    return once;
  }
}
