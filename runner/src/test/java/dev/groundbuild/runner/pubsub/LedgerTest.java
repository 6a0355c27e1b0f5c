package dev.groundbuild.runner.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.Subscription;
import com.google.pubsub.v1.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on the disk, also when it is not what was written. */
final class LedgerTest {
  private static final String TOPIC = "projects/p/topics/things";
  private static final String SUBSCRIPTION = "projects/p/subscriptions/reader";

  @TempDir Path folder;

  private final List<String> remarks = new ArrayList<>();

  @Test
  void everythingIsThereAgain() throws IOException {
    try (Ledger ledger = begun()) {
      publish(ledger, 3);
      ledger.record(new Entry.Acked(1, new long[] {2}));
      ledger.commit();
    }

    try (Ledger again = open()) {
      assertThat(again.topics()).containsOnlyKeys(TOPIC);
      assertThat(ids(again)).containsExactly(1, 3);
      assertThat(texts(again)).containsExactly("message 1", "message 3");
      assertThat(again.nextMessage()).isEqualTo(4);
      assertThat(again.nextSubscription()).isEqualTo(2);
    }
    assertThat(remarks).isEmpty();
  }

  @Test
  void whatIsGoneIsForgottenWhenTheJournalIsRewrittenButNoIdIsGivenTwice() throws IOException {
    int many = 40;
    try (Ledger ledger = begun()) {
      for (int i = 0; i < many; i++) {
        publish(ledger, 1, "x".repeat(100_000));
      }
      long[] acked = new long[many - 1];
      Arrays.setAll(acked, i -> i + 1);
      ledger.record(new Entry.Acked(1, acked));
      ledger.commit();
    }
    assertThat(Files.size(journal())).isGreaterThan(4_000_000);

    for (int turn = 0; turn < 2; turn++) {
      try (Ledger again = open()) {
        assertThat(ids(again)).containsExactly(many);
        assertThat(texts(again)).containsExactly("x".repeat(100_000));
        assertThat(again.nextMessage()).isEqualTo(many + 1);
      }
      assertThat(Files.size(journal())).isLessThan(200_000);
    }
    try (var files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString())).containsExactly("journal");
    }
  }

  @Test
  void aJournalThatIsCutOffAnywhereGivesAllThatWasWholeAndGoesOn() throws IOException {
    List<Long> ends = new ArrayList<>();
    try (Ledger ledger = begun()) {
      ledger.commit();
      for (int i = 0; i < 4; i++) {
        publish(ledger, 1);
        ledger.commit();
        ends.add(Files.size(journal()));
      }
    }
    byte[] whole = Files.readAllBytes(journal());

    for (int length = 0; length <= whole.length; length++) {
      Files.write(journal(), Arrays.copyOf(whole, length));
      long cut = length;
      int messages = (int) ends.stream().filter(end -> end <= cut).count();
      try (Ledger again = open()) {
        assertThat(ids(again)).as("cut at %d", length).hasSize(messages);
        if (messages == 4) {
          publish(again, 1);
        }
      }
    }
    try (Ledger again = open()) {
      assertThat(texts(again)).hasSize(5).endsWith("message 5");
    }
    assertThat(remarks).isEmpty();
  }

  @Test
  void aChangedByteCostsOneEntryAtMostAndIsReported() throws IOException {
    try (Ledger ledger = begun()) {
      publish(ledger, 5);
      ledger.commit();
    }
    byte[] whole = Files.readAllBytes(journal());
    long firstMessage = indexOf(whole, "message 1");

    for (int at = (int) firstMessage; at < whole.length; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= 0x40;
      Files.write(journal(), changed);
      try (Ledger again = open()) {
        assertThat(ids(again).length).as("changed at %d", at).isGreaterThanOrEqualTo(4);
      }
      removeCopies();
    }
    assertThat(remarks.getFirst())
        .contains("damaged in 1 place")
        .contains("a copy is kept as journal.damaged-");
  }

  @Test
  void aLastEntryThatIsCompleteAndWrongIsReported() throws IOException {
    try (Ledger ledger = begun()) {
      publish(ledger, 2);
      ledger.commit();
    }
    byte[] changed = Files.readAllBytes(journal());
    changed[changed.length - 1] ^= 0x40;
    Files.write(journal(), changed);
    try (Ledger again = open()) {
      assertThat(ids(again)).containsExactly(1);
    }
    assertThat(remarks).singleElement().asString().contains("damaged in 1 place");
    removeCopies();
  }

  @Test
  void whatIsRetainedCountsAsHeld() throws IOException {
    try (Ledger ledger = open()) {
      ledger.record(new Entry.PutTopic(Topic.newBuilder().setName(TOPIC).build()));
      ledger.record(
          new Entry.PutSubscription(
              1,
              SubscriptionChecks.completed(
                  Subscription.newBuilder()
                      .setName(SUBSCRIPTION)
                      .setTopic(TOPIC)
                      .setRetainAckedMessages(true)
                      .build())));
      publish(ledger, 3);
      ledger.record(new Entry.Acked(1, new long[] {1, 2}));
      assertThat(ledger.held()).isEqualTo(3);
    }
  }

  @Test
  void noDamageKeepsAServerFromStarting() throws IOException {
    try (Ledger ledger = begun()) {
      publish(ledger, 20);
      ledger.record(new Entry.Acked(1, new long[] {3, 4}));
      ledger.record(new Entry.Sought(1, 0));
      ledger.record(new Entry.DropTopic(TOPIC));
      ledger.commit();
    }
    byte[] whole = Files.readAllBytes(journal());
    Random random = new Random(7);
    for (int turn = 0; turn < 300; turn++) {
      byte[] changed = Arrays.copyOf(whole, whole.length - random.nextInt(50));
      for (int i = random.nextInt(20); i >= 0; i--) {
        int at = random.nextInt(changed.length);
        if (random.nextBoolean()) {
          changed[at] = (byte) random.nextInt();
        } else {
          int from = random.nextInt(changed.length);
          int length = Math.min(random.nextInt(200), changed.length - Math.max(at, from));
          System.arraycopy(changed, from, changed, at, length);
        }
      }
      Files.write(journal(), changed);
      try (Ledger again = open()) {
        texts(again);
      }
      removeCopies();
    }
  }

  private void removeCopies() throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().contains("damaged")).toList()) {
        Files.delete(file);
      }
    }
  }

  private Path journal() {
    return folder.resolve("journal");
  }

  private Ledger open() throws IOException {
    return Ledger.open(folder, 0, remarks::add);
  }

  private Ledger begun() throws IOException {
    Ledger ledger = open();
    ledger.record(new Entry.PutTopic(Topic.newBuilder().setName(TOPIC).build()));
    ledger.record(
        new Entry.PutSubscription(
            ledger.nextSubscription(),
            SubscriptionChecks.completed(
                Subscription.newBuilder()
                    .setName(SUBSCRIPTION)
                    .setTopic(TOPIC)
                    .setRetainAckedMessages(false)
                    .build())));
    return ledger;
  }

  private static void publish(Ledger ledger, int count) {
    for (int i = 0; i < count; i++) {
      publish(ledger, 1, "message " + ledger.nextMessage());
    }
  }

  private static void publish(Ledger ledger, int count, String text) {
    Broker broker = new Broker(ledger, InstantSource.system(), false);
    for (int i = 0; i < count; i++) {
      broker.accept(
          TOPIC,
          List.of(PubsubMessage.newBuilder().setData(ByteString.copyFromUtf8(text)).build()));
    }
  }

  private static long[] ids(Ledger ledger) {
    Subscribed reader = ledger.subscriptions().get(SUBSCRIPTION);
    return reader == null ? new long[0] : reader.backlog.ids();
  }

  private static List<String> texts(Ledger ledger) {
    List<String> texts = new ArrayList<>();
    for (Subscribed one : ledger.subscriptions().values()) {
      one.backlog.each(m -> texts.add(ledger.read(m).getData().toStringUtf8()));
    }
    return texts;
  }

  private static long indexOf(byte[] bytes, String text) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
  }
}
