package dev.groundbuild.runner.pubsub;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that has the {@link Broker}: everybody else leaves a turn in a queue. Of those
 * that wait it does all, writes what they have changed to the journal at once, hands out messages,
 * and only then answers: what a client has been told is on the disk.
 *
 * <p>A journal that can't be written ends the work: from then on every call is refused.
 */
final class Turns implements AutoCloseable {
  private static final int TOGETHER = 500;

  private final LinkedBlockingQueue<Turn> queue = new LinkedBlockingQueue<>(10_000);
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Broker broker;
  private final Thread thread;

  /** Something to do with the broker. */
  interface Turn {
    /**
     * Does it.
     *
     * @return what is to be said when it is in the journal
     */
    Runnable take(Broker broker);

    /** Can't be done: the broker has ended. */
    void refuse(StatusRuntimeException why);
  }

  private enum End implements Turn {
    END;

    @Override
    public Runnable take(Broker broker) {
      throw new IllegalStateException("never taken");
    }

    @Override
    public void refuse(StatusRuntimeException why) {}
  }

  private Turns(Broker broker) {
    this.broker = broker;
    this.thread = Thread.ofPlatform().name("pubsub").daemon().unstarted(this::work);
  }

  static Turns start(Broker broker) {
    Turns turns = new Turns(broker);
    turns.thread.start();
    return turns;
  }

  /** Completed at the end, exceptionally if that is the journal's fault. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  /** Leaves a turn. */
  void submit(Turn turn) {
    try {
      queue.put(turn);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      turn.refuse(Status.CANCELLED.asRuntimeException());
    }
  }

  /** Leaves a turn that answers nobody. */
  void run(Runnable work) {
    submit(
        new Turn() {
          @Override
          public Runnable take(Broker broker) {
            work.run();
            return () -> {};
          }

          @Override
          public void refuse(StatusRuntimeException why) {}
        });
  }

  /** Leaves a turn that answers a call. */
  <T> void answer(StreamObserver<T> call, Function<Broker, T> work) {
    if (call instanceof ServerCallStreamObserver<T> server) {
      // Otherwise an answer to a client that is gone would be an exception here.
      server.setOnCancelHandler(() -> {});
    }
    submit(
        new Turn() {
          @Override
          public Runnable take(Broker broker) {
            T answer = work.apply(broker);
            return () -> {
              call.onNext(answer);
              call.onCompleted();
            };
          }

          @Override
          public void refuse(StatusRuntimeException why) {
            call.onError(why);
          }
        });
  }

  private void work() {
    List<Turn> turns = new ArrayList<>();
    try {
      while (!turns.contains(End.END)) {
        turns.clear();
        Turn first = queue.poll(patience(), TimeUnit.MILLISECONDS);
        if (first != null) {
          turns.add(first);
          queue.drainTo(turns, TOGETHER - 1);
        }
        work(turns);
      }
      broker.ledger().close();
      ended.complete(null);
    } catch (UncheckedIOException e) {
      refuseAll(turns, new IOException(String.valueOf(e.getMessage()), e));
    } catch (IOException e) {
      refuseAll(turns, e);
    } catch (InterruptedException e) {
      ended.completeExceptionally(e);
    } catch (RuntimeException e) {
      ended.completeExceptionally(e);
      throw e;
    }
  }

  /** A due time that has passed on a clock that stands still must not keep this busy. */
  private long patience() {
    long due = broker.nextDue();
    return due == Long.MAX_VALUE ? 60_000 : Math.clamp(due - broker.now(), 1, 60_000);
  }

  private void work(List<Turn> turns) {
    List<Runnable> answers = new ArrayList<>();
    broker.tick();
    for (Turn turn : turns) {
      if (turn != End.END) {
        answers.add(taken(turn));
      }
    }
    broker.ledger().commit();
    broker.handOut();
    answers.forEach(Runnable::run);
  }

  private Runnable taken(Turn turn) {
    long before = broker.ledger().written();
    try {
      return turn.take(broker);
    } catch (StatusRuntimeException e) {
      return () -> turn.refuse(e);
    } catch (UncheckedIOException e) {
      throw e;
    } catch (RuntimeException e) {
      if (broker.ledger().written() != before) {
        throw e; // half of it is done: nothing that is here can be trusted
      }
      StatusRuntimeException why =
          Status.INTERNAL
              .withDescription("The call failed: " + e)
              .withCause(e)
              .asRuntimeException();
      return () -> turn.refuse(why);
    }
  }

  /** The disk is full, or gone: nothing more is promised to anybody. */
  private void refuseAll(List<Turn> begun, IOException cause) {
    StatusRuntimeException why =
        Status.UNAVAILABLE
            .withDescription("The journal can't be written: " + cause.getMessage())
            .withCause(cause)
            .asRuntimeException();
    begun.forEach(t -> t.refuse(why));
    ended.completeExceptionally(cause);
    @Nullable Turn next = null;
    try {
      while (next != End.END) {
        next = queue.take();
        next.refuse(why);
      }
    } catch (InterruptedException _) {
      // The end of the process.
    }
  }

  /** Does what is in the queue, writes it, and ends. */
  @Override
  public void close() {
    submit(End.END);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
