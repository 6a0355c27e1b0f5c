package dev.groundbuild.runner.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.pubsub.v1.ReceivedMessage;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BacklogTest {
  private static final long WEEK = 7L * 24 * 3600 * 1000;
  private static final DeliveryRules PLAIN = new DeliveryRules(WEEK, false, false, 0, 0, 0);
  private static final DeliveryRules ORDERED = new DeliveryRules(WEEK, false, true, 0, 0, 0);

  private final List<Long> dropped = new ArrayList<>();
  private final List<Long> dead = new ArrayList<>();
  private final Holder holder = new Holder();

  @Test
  void messagesAreHandedOutInTheirOrderAndOnlyOnce() {
    Backlog backlog = of(PLAIN, 1, 2, 3);

    assertThat(leased(backlog, 0)).containsExactly(1L, 2L, 3L);
    assertThat(leased(backlog, 9_999)).isEmpty();
  }

  @Test
  void aMessageComesAgainWhenItsDeadlineHasPassed() {
    Backlog backlog = of(PLAIN, 1);
    leased(backlog, 0);

    backlog.tick(9_999, this::bury);
    assertThat(leased(backlog, 9_999)).isEmpty();
    assertThat(backlog.nextDue()).isEqualTo(10_000);
    backlog.tick(10_000, this::bury);

    assertThat(leased(backlog, 10_000)).containsExactly(1L);
  }

  @Test
  void anExtendedLeaseLastsFromThenOn() {
    Backlog backlog = of(PLAIN, 1);
    leased(backlog, 0);

    assertThat(backlog.extend(1, 1, 60, 9_000, this::bury)).isTrue();
    backlog.tick(68_999, this::bury);
    assertThat(leased(backlog, 68_999)).isEmpty();
    backlog.tick(69_000, this::bury);

    assertThat(leased(backlog, 69_000)).containsExactly(1L);
  }

  @Test
  void aMessageThatIsGivenBackComesAgainAtOnce() {
    Backlog backlog = of(PLAIN, 1, 2);
    leased(backlog, 0);

    assertThat(backlog.extend(1, 1, 0, 5, this::bury)).isTrue();

    assertThat(leased(backlog, 5)).containsExactly(1L);
    assertThat(holder.has).containsExactly(2L, 1L);
  }

  @Test
  void anAcknowledgedMessageIsGone() {
    Backlog backlog = of(PLAIN, 1);
    leased(backlog, 0);

    assertThat(backlog.acknowledges(1, 1, true)).isTrue();
    backlog.acked(1);

    backlog.tick(WEEK, this::bury);
    assertThat(leased(backlog, 20_000)).isEmpty();
    assertThat(dropped).containsExactly(1L);
    assertThat(backlog.acknowledges(1, 1, false)).isFalse();
    assertThat(holder.has).isEmpty();
  }

  @Test
  void aLateAcknowledgementCountsUnlessSomebodyElseHasTheMessageOrDeliveryIsExactlyOnce() {
    Backlog backlog = of(PLAIN, 1);
    leased(backlog, 0);
    backlog.tick(10_000, this::bury);

    assertThat(backlog.acknowledges(1, 1, false)).isTrue();
    assertThat(backlog.acknowledges(1, 1, true)).isFalse();
    leased(backlog, 10_000);
    assertThat(backlog.acknowledges(1, 1, false)).isFalse();
    assertThat(backlog.acknowledges(1, 2, true)).isTrue();
  }

  @Test
  void theNextOfAKeyComesOnlyWhenTheEarlierIsAcknowledged() {
    Backlog backlog = new Backlog(ORDERED, m -> dropped.add(m.id));
    add(backlog, 1, "a");
    add(backlog, 2, "a");
    add(backlog, 3, "b");
    add(backlog, 4, "");

    assertThat(leased(backlog, 0)).containsExactly(1L, 3L, 4L);
    backlog.acked(1);
    assertThat(leased(backlog, 0)).containsExactly(2L);
  }

  @Test
  void aKeyWaitsForAMessageThatWasGivenBack() {
    Backlog backlog = new Backlog(ORDERED, m -> dropped.add(m.id));
    add(backlog, 1, "a");
    add(backlog, 2, "a");
    leased(backlog, 0);
    backlog.extend(1, 1, 0, 0, this::bury);

    assertThat(leased(backlog, 0)).containsExactly(1L);
    backlog.tick(10_000, this::bury);
    assertThat(leased(backlog, 10_000)).containsExactly(1L);
    backlog.acked(1);
    assertThat(leased(backlog, 10_000)).containsExactly(2L);
    backlog.acked(2);
    add(backlog, 3, "a");
    assertThat(leased(backlog, 10_000)).containsExactly(3L);
  }

  @Test
  void theBackoffDoublesUpToItsMaximum() {
    Backlog backlog = of(new DeliveryRules(WEEK, false, false, 1000, 3000, 0), 1);
    long now = 0;
    List<Long> waited = new ArrayList<>();
    for (int attempt = 1; attempt <= 4; attempt++) {
      leased(backlog, now);
      backlog.extend(1, attempt, 0, now, this::bury);
      waited.add(backlog.nextDue() - now);
      now = backlog.nextDue();
      backlog.tick(now, this::bury);
    }

    assertThat(waited).containsExactly(1000L, 2000L, 3000L, 3000L);
  }

  @Test
  void aMessageThatCameBackTooOftenIsDead() {
    Backlog backlog = of(new DeliveryRules(WEEK, false, false, 0, 0, 5), 1);
    for (int attempt = 1; attempt <= 5; attempt++) {
      assertThat(dead).isEmpty();
      assertThat(leased(backlog, 0)).containsExactly(1L);
      backlog.extend(1, attempt, 0, 0, this::bury);
    }

    assertThat(dead).containsExactly(1L);
    assertThat(leased(backlog, 0)).isEmpty();
  }

  @Test
  void whatNobodyAcknowledgesIsDroppedAfterItsRetention() {
    Backlog backlog = of(new DeliveryRules(600_000, false, false, 0, 0, 0), 1, 2);
    leased(backlog, 0);

    backlog.tick(600_001, this::bury);
    assertThat(dropped).containsExactly(1L);
    backlog.tick(600_002, this::bury);

    assertThat(dropped).containsExactly(1L, 2L);
    assertThat(backlog.size()).isZero();
  }

  @Test
  void aSeekForwardAcknowledgesAndASeekBackBringsWhatIsRetained() {
    Backlog backlog = of(new DeliveryRules(WEEK, true, false, 0, 0, 0), 1, 2, 3);
    leased(backlog, 0);
    backlog.acked(2);

    backlog.seek(3);
    assertThat(leased(backlog, 10)).containsExactly(3L);
    backlog.seek(2);
    assertThat(leased(backlog, 20)).containsExactly(2L, 3L);
    backlog.seek(0);
    assertThat(leased(backlog, 30)).containsExactly(1L, 2L, 3L);

    assertThat(dropped).isEmpty();
    backlog.tick(WEEK + 10, this::bury);
    assertThat(dropped).containsExactly(1L, 2L, 3L);
  }

  @Test
  void aSeekWithoutRetentionDropsWhatIsBefore() {
    Backlog backlog = of(PLAIN, 1, 2);

    backlog.seek(2);

    assertThat(leased(backlog, 10)).containsExactly(2L);
    assertThat(dropped).contains(1L).doesNotContain(2L);
  }

  private Backlog of(DeliveryRules rules, int... ids) {
    Backlog backlog =
        new Backlog(
            rules,
            m -> {
              if (m.holders == 0) {
                dropped.add(m.id);
              }
            });
    for (int id : ids) {
      add(backlog, id, "");
    }
    return backlog;
  }

  /** A message's id is also the time of its publishing. */
  private static void add(Backlog backlog, int id, String key) {
    backlog.add(new Stored(id, id, 0, 10, key));
  }

  private List<Long> leased(Backlog backlog, long now) {
    List<Long> ids = new ArrayList<>();
    for (Delivery next = backlog.lease(holder, now);
        next != null;
        next = backlog.lease(holder, now)) {
      ids.add(next.message.id);
    }
    return ids;
  }

  private void bury(Delivery delivery) {
    dead.add(delivery.message.id);
  }

  /** Takes everything, for ten seconds. */
  private static final class Holder implements Taker {
    private final List<Long> has = new ArrayList<>();

    @Override
    public boolean wants() {
      return true;
    }

    @Override
    public int ackDeadlineSeconds() {
      return 10;
    }

    @Override
    public void leased(Stored message) {
      has.add(message.id);
    }

    @Override
    public void over(Stored message) {
      has.remove(message.id);
    }

    @Override
    public void hand(List<ReceivedMessage> messages) {}

    @Override
    public long until() {
      return Long.MAX_VALUE;
    }

    @Override
    public void giveUp() {}

    @Override
    public void refuse(StatusRuntimeException why) {}

    @Override
    public boolean ended() {
      return false;
    }
  }
}
