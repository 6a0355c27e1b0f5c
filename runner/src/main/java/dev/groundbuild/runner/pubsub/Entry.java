package dev.groundbuild.runner.pubsub;

import com.google.pubsub.v1.Subscription;
import com.google.pubsub.v1.Topic;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** One line of the journal: something that has happened. */
sealed interface Entry {

  /** Numbers that must not be given again, although nothing that has them is left. */
  record Counters(long message, int subscription) implements Entry {}

  /** A topic is made, or changed. */
  record PutTopic(Topic topic) implements Entry {}

  record DropTopic(String name) implements Entry {}

  /** A subscription is made, or changed. */
  record PutSubscription(int number, Subscription subscription) implements Entry {}

  record DropSubscription(int number) implements Entry {}

  /**
   * A message is there.
   *
   * @param published in milliseconds since 1970
   * @param subscriptions that it goes to
   * @param body a PubsubMessage; the last part of the entry's bytes
   */
  record Published(long id, long published, int[] subscriptions, byte[] body) implements Entry {}

  /** Messages that are there already go to a subscription. */
  record Given(int subscription, long[] messages) implements Entry {}

  record Acked(int subscription, long[] messages) implements Entry {}

  /**
   * A subscription is set to another time.
   *
   * @param time in milliseconds since 1970
   */
  record Sought(int subscription, long time) implements Entry {}

  /** As bytes. */
  default byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write(out);
    } catch (IOException e) {
      throw new UncheckedIOException("in memory", e);
    }
    return bytes.toByteArray();
  }

  private void write(DataOutputStream out) throws IOException {
    switch (this) {
      case Counters c -> {
        out.writeByte(1);
        out.writeLong(c.message());
        out.writeInt(c.subscription());
      }
      case PutTopic p -> {
        out.writeByte(2);
        p.topic().writeTo(out);
      }
      case DropTopic d -> {
        out.writeByte(3);
        out.writeUTF(d.name());
      }
      case PutSubscription p -> {
        out.writeByte(4);
        out.writeInt(p.number());
        p.subscription().writeTo(out);
      }
      case DropSubscription d -> {
        out.writeByte(5);
        out.writeInt(d.number());
      }
      case Published p -> {
        out.writeByte(6);
        out.writeLong(p.id());
        out.writeLong(p.published());
        out.writeInt(p.subscriptions().length);
        for (int number : p.subscriptions()) {
          out.writeInt(number);
        }
        out.write(p.body());
      }
      case Given g -> ids(out, 7, g.subscription(), g.messages());
      case Acked a -> ids(out, 8, a.subscription(), a.messages());
      case Sought s -> {
        out.writeByte(9);
        out.writeInt(s.subscription());
        out.writeLong(s.time());
      }
    }
  }

  private static void ids(DataOutputStream out, int kind, int subscription, long[] ids)
      throws IOException {
    out.writeByte(kind);
    out.writeInt(subscription);
    for (long id : ids) {
      out.writeLong(id);
    }
  }

  /**
   * From bytes.
   *
   * @throws IOException for bytes that are no entry
   */
  static Entry parse(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    int kind = in.readByte();
    return switch (kind) {
      case 1 -> new Counters(in.readLong(), in.readInt());
      case 2 -> new PutTopic(Topic.parseFrom(in));
      case 3 -> new DropTopic(in.readUTF());
      case 4 -> new PutSubscription(in.readInt(), Subscription.parseFrom(in));
      case 5 -> new DropSubscription(in.readInt());
      case 6 -> new Published(in.readLong(), in.readLong(), numbers(in), in.readAllBytes());
      case 7 -> new Given(in.readInt(), ids(in));
      case 8 -> new Acked(in.readInt(), ids(in));
      case 9 -> new Sought(in.readInt(), in.readLong());
      default -> throw new IOException("an entry of unknown kind " + kind);
    };
  }

  private static int[] numbers(DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > in.available() / 4) {
      throw new IOException("an entry that is cut off");
    }
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = in.readInt();
    }
    return numbers;
  }

  private static long[] ids(DataInputStream in) throws IOException {
    long[] ids = new long[in.available() / 8];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = in.readLong();
    }
    return ids;
  }
}
