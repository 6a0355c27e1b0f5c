package dev.groundbuild.runner.pubsub;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.Topic;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All topics, subscriptions and messages, and the journal that they can be made from again: every
 * change is an {@link Entry}, which is written and then applied. Only the broker's thread uses it.
 */
final class Ledger implements Closeable {
  /** A smaller journal is not worth rewriting. */
  private static final long SMALL = 64 << 20;

  private final Path path;
  private final TreeMap<String, Topic> topics = new TreeMap<>();
  private final TreeMap<String, Subscribed> subscriptions = new TreeMap<>();
  private final Map<Integer, Subscribed> byNumber = new HashMap<>();

  /** While the journal is read: messages that a later entry gives to subscriptions. */
  private final Map<Long, Stored> loose = new HashMap<>();

  private long nextMessage = 1;
  private int nextSubscription = 1;
  private long liveBytes;
  private boolean mustForce;
  private @Nullable Journal journal;

  private Ledger(Path path) {
    this.path = path;
  }

  /**
   * Reads what an earlier process has left in a folder.
   *
   * @param remarks takes sentences about damage
   */
  static Ledger open(Path folder, long now, Consumer<String> remarks) throws IOException {
    Ledger ledger = new Ledger(folder.resolve("journal"));
    Files.deleteIfExists(ledger.unfinished());
    JournalScan scan = JournalScan.of(ledger.path, ledger::apply);
    ledger.loose.clear();
    if (scan.damaged() > 0) {
      remarks.accept(
          "%s is damaged in %d %s, and what stood there is lost; a copy is kept as %s"
              .formatted(
                  ledger.path,
                  scan.damaged(),
                  scan.damaged() == 1 ? "place" : "places",
                  JournalScan.copy(ledger.path, now).getFileName()));
    }
    ledger.journal = Journal.open(ledger.path, scan.end());
    if (scan.damaged() > 0 || ledger.journal().size() > 2 * ledger.liveBytes + (1 << 20)) {
      ledger.rewrite();
    }
    return ledger;
  }

  private Journal journal() {
    if (journal == null) {
      throw new IllegalStateException("no journal is open");
    }
    return journal;
  }

  private Path unfinished() {
    return path.resolveSibling("journal.new");
  }

  NavigableMap<String, Topic> topics() {
    return topics;
  }

  NavigableMap<String, Subscribed> subscriptions() {
    return subscriptions;
  }

  List<Subscribed> subscriptionsOf(String topic) {
    return subscriptions.values().stream().filter(s -> s.topic().equals(topic)).toList();
  }

  Optional<Subscribed> numbered(int number) {
    return Optional.ofNullable(byNumber.get(number));
  }

  /** How many messages wait or are retained, counted once for each subscription. */
  long held() {
    return subscriptions.values().stream().mapToLong(s -> s.backlog.held()).sum();
  }

  /** Grows with everything that is recorded. */
  long written() {
    return journal().size();
  }

  long nextMessage() {
    return nextMessage;
  }

  int nextSubscription() {
    return nextSubscription;
  }

  /** Writes down what happens, and lets it happen. */
  void record(Entry entry) {
    try {
      long end = journal().append(entry);
      mustForce |= !(entry instanceof Entry.Acked);
      apply(entry, end);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private void apply(Entry entry, long end) {
    switch (entry) {
      case Entry.Counters c -> {
        nextMessage = Math.max(nextMessage, c.message());
        nextSubscription = Math.max(nextSubscription, c.subscription());
      }
      case Entry.PutTopic p -> topics.put(p.topic().getName(), p.topic());
      case Entry.DropTopic d -> topics.remove(d.name());
      case Entry.PutSubscription p -> put(p);
      case Entry.DropSubscription d -> drop(d.number());
      case Entry.Published p -> published(p, end);
      case Entry.Given g -> {
        for (long id : g.messages()) {
          Stored message = loose.get(id);
          if (message != null) {
            numbered(g.subscription()).ifPresent(s -> give(message, s));
          }
        }
      }
      case Entry.Acked a ->
          numbered(a.subscription())
              .ifPresent(s -> {
                for (long id : a.messages()) {
                  s.backlog.acked(id);
                }
              });
      case Entry.Sought s -> numbered(s.subscription()).ifPresent(b -> b.backlog.seek(s.time()));
    }
  }

  private void put(Entry.PutSubscription put) {
    nextSubscription = Math.max(nextSubscription, put.number() + 1);
    Subscribed known = byNumber.get(put.number());
    if (known == null) {
      Subscribed made = new Subscribed(put.number(), put.subscription(), this::dropped);
      subscriptions.put(put.subscription().getName(), made);
      byNumber.put(put.number(), made);
      return;
    }
    known.tell(put.subscription());
    if (put.subscription().getDetached()) {
      known.backlog.clear();
    }
  }

  private void drop(int number) {
    Subscribed gone = byNumber.remove(number);
    if (gone != null) {
      subscriptions.remove(gone.told().getName(), gone);
      gone.backlog.clear();
    }
  }

  private void published(Entry.Published p, long end) {
    nextMessage = Math.max(nextMessage, p.id() + 1);
    Stored message =
        new Stored(p.id(), p.published(), end - p.body().length, p.body().length, key(p.body()));
    if (p.subscriptions().length == 0) {
      loose.put(p.id(), message);
    }
    for (int number : p.subscriptions()) {
      numbered(number).ifPresent(s -> give(message, s));
    }
  }

  private static String key(byte[] body) {
    try {
      return PubsubMessage.parseFrom(body).getOrderingKey();
    } catch (InvalidProtocolBufferException e) {
      return "";
    }
  }

  private void give(Stored message, Subscribed to) {
    if (message.holders == 0) {
      liveBytes += message.length;
    }
    to.backlog.add(message);
  }

  private void dropped(Stored message) {
    if (message.holders == 0) {
      liveBytes -= message.length;
    }
  }

  PubsubMessage read(Stored message) {
    try {
      return PubsubMessage.parseFrom(journal().read(message.offset, message.length));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /**
   * Writes what has been recorded: to the disk itself, except for acknowledgements alone, which the
   * end of the machine may undo (then the messages come again).
   */
  void commit() {
    try {
      if (mustForce) {
        journal().force();
      } else {
        journal().write();
      }
      mustForce = false;
      if (journal().size() > SMALL && journal().size() > 2 * liveBytes) {
        rewrite();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private void rewrite() throws IOException {
    journal =
        new Rewriting(
                new Entry.Counters(nextMessage, nextSubscription),
                topics.values(),
                subscriptions.values(),
                journal())
            .to(unfinished(), path);
  }

  @Override
  public void close() throws IOException {
    if (journal != null) {
      journal.close();
    }
  }
}
