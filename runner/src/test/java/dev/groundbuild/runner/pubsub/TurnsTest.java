package dev.groundbuild.runner.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import com.google.pubsub.v1.Topic;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TurnsTest {
  @TempDir Path folder;

  @Test
  void whatIsAnsweredIsInTheJournalAlready() throws Exception {
    try (Turns turns = started()) {
      Answer answer = create(turns, "projects/p/topics/one");

      assertThat(answer.get()).isEqualTo("projects/p/topics/one");
      Ledger seen = Ledger.open(folder, 0, _ -> {});
      assertThat(seen.topics()).containsOnlyKeys("projects/p/topics/one");
      seen.close();
    }
  }

  @Test
  void aJournalThatCannotBeWrittenRefusesThisCallAndAllThatFollow() throws Exception {
    Ledger ledger = Ledger.open(folder, 0, _ -> {});
    try (Turns turns = Turns.start(new Broker(ledger, InstantSource.system(), false))) {
      ledger.close();

      for (int i = 0; i < 3; i++) {
        Answer answer = create(turns, "projects/p/topics/topic-" + i);
        assertThatThrownBy(answer::get).rootCause().isInstanceOf(IOException.class);
        assertThat(answer.code()).isEqualTo(Status.Code.UNAVAILABLE);
      }
      assertThatThrownBy(() -> turns.ended().get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(IOException.class);
    }
    assertThat(Ledger.open(folder, 0, _ -> {}).topics()).isEmpty();
  }

  @Test
  void aCallThatFailsInsideIsRefusedAndTheNextIsAnswered() throws Exception {
    try (Turns turns = started()) {
      Answer broken = new Answer();
      turns.answer(
          broken,
          _ -> {
            throw new IllegalStateException("a mistake");
          });
      assertThat(broken.code()).isEqualTo(Status.Code.INTERNAL);

      Answer refused = new Answer();
      Topic endless =
          Topic.newBuilder()
              .setName("projects/p/topics/endless")
              .setMessageRetentionDuration(Duration.newBuilder().setSeconds(Long.MAX_VALUE))
              .build();
      new PublisherCalls(turns).createTopic(endless, refused);
      assertThat(refused.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);

      assertThat(create(turns, "projects/p/topics/one").get()).endsWith("/one");
    }
  }

  private Turns started() throws IOException {
    return Turns.start(new Broker(Ledger.open(folder, 0, _ -> {}), InstantSource.system(), false));
  }

  private static Answer create(Turns turns, String name) {
    Answer answer = new Answer();
    new PublisherCalls(turns).createTopic(Topic.newBuilder().setName(name).build(), answer);
    return answer;
  }

  /** What a call was answered. */
  private static final class Answer implements StreamObserver<Topic> {
    private final CompletableFuture<String> name = new CompletableFuture<>();

    String get() throws Exception {
      return name.get(10, TimeUnit.SECONDS);
    }

    Status.Code code() throws InterruptedException {
      try {
        name.get();
        return Status.Code.OK;
      } catch (ExecutionException e) {
        return Status.fromThrowable(e.getCause()).getCode();
      }
    }

    @Override
    public void onNext(Topic topic) {
      name.complete(topic.getName());
    }

    @Override
    public void onError(Throwable error) {
      name.completeExceptionally(error);
    }

    @Override
    public void onCompleted() {}
  }
}
