package dev.groundbuild.runner.fetch;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Does downloads. Any number of threads may use one. */
public final class Fetcher implements AutoCloseable {
  private static final Duration TO_CONNECT = Duration.ofSeconds(30);
  private static final Duration SILENCE = Duration.ofSeconds(60);

  private final HttpClient client;
  private final RequestHeaders headers;
  private final Retries retries;
  private final InstantSource clock;
  private final Duration silence;

  Fetcher(
      HttpClient client,
      RequestHeaders headers,
      Retries retries,
      InstantSource clock,
      Duration silence) {
    this.client = client;
    this.headers = headers;
    this.retries = retries;
    this.clock = clock;
    this.silence = silence;
  }

  /**
   * @param headers sent with every download
   */
  public static Fetcher of(RequestHeaders headers, Retries retries, InstantSource clock) {
    return new Fetcher(client().build(), headers, retries, clock, SILENCE);
  }

  static HttpClient.Builder client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(TO_CONNECT);
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }

  /**
   * Fetches one file. Nothing is left of a download that fails or is interrupted.
   *
   * @throws InterruptedException when the thread is interrupted
   */
  FetchOutcome fetch(Download download, FetchListener listener) throws InterruptedException {
    Path destination = download.destination();
    Instant start = clock.instant();
    try {
      if (Files.isDirectory(destination)) {
        return new FetchOutcome.Failed(destination + " is a folder; name a file in it");
      }
      if (!download.force() && isThere(download)) {
        if (download.mode().isPresent()) {
          download.mode().get().giveTo(destination);
        }
        return new FetchOutcome.Present(download.checksum().isPresent());
      }
      try (PartFile part = new PartFile(destination)) {
        get(download, new Attempts(download, headers, part, listener, clock), part, listener);
        long bytes = part.length();
        if (download.mode().isPresent()) {
          download.mode().get().giveTo(part.path());
        }
        part.takePlace();
        Duration took = Duration.between(start, clock.instant());
        return new FetchOutcome.Fetched(bytes, took, download.checksum().isPresent());
      }
    } catch (FetchFailure e) {
      return new FetchOutcome.Failed(e.words());
    } catch (IOException e) {
      return new FetchOutcome.Failed(destination + " can't be written: " + DiskWords.of(e));
    }
  }

  private static boolean isThere(Download download) throws IOException {
    Path file = download.destination();
    if (!Files.isRegularFile(file)) {
      return false;
    }
    return download.checksum().isEmpty()
        || download.checksum().get().sameOf(file).equals(download.checksum().get());
  }

  private void get(Download download, Attempts attempts, PartFile part, FetchListener listener)
      throws FetchFailure, IOException, InterruptedException {
    Redirects redirects = new Redirects(client, silence);
    for (int done = 0; ; done++) {
      try {
        attempts.attempt(redirects, silence);
        verify(download, attempts, part);
        return;
      } catch (FetchFailure e) {
        if (!e.isPassing()) {
          throw e;
        }
        if (done == retries.most()) {
          throw done == 0
              ? e
              : FetchFailure.lasting(e.words() + "; tried " + (done + 1) + " times");
        }
        Duration wait = retries.before(done, e.atLeast());
        listener.retrying(e.words(), wait);
        retries.pause().of(wait);
      }
    }
  }

  private static void verify(Download download, Attempts attempts, PartFile part)
      throws FetchFailure, IOException {
    if (download.checksum().isEmpty()) {
      return;
    }
    Checksum wanted = download.checksum().get();
    Checksum found = wanted.sameOf(part.path());
    if (found.equals(wanted)) {
      return;
    }
    if (attempts.resumed()) {
      attempts.startAgain();
      throw FetchFailure.passing("the parts do not fit together", Duration.ZERO);
    }
    throw FetchFailure.lasting(
        "it has the checksum %s, not %s; check the address and the checksum"
            .formatted(found, wanted));
  }
}
