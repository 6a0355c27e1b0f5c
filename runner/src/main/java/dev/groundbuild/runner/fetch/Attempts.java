package dev.groundbuild.runner.fetch;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tries of one download. Each goes on where the one before it broke off, if the server can, and
 * if it is sure that the file is still the same: by the server's own word (If-Range), or by a
 * checksum that is compared at the end.
 */
final class Attempts {
  private static final Pattern RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");
  private static final Pattern GITHUB_ASSET =
      Pattern.compile(".*/repos/[^/]+/[^/]+/releases/assets/\\d+");
  private static final Duration BETWEEN_REPORTS = Duration.ofMillis(100);

  private final Download download;
  private final RequestHeaders headers;
  private final PartFile part;
  private final FetchListener listener;
  private final InstantSource clock;
  private String validator = "";
  private boolean resumed;
  private Instant reported = Instant.EPOCH;

  Attempts(
      Download download,
      RequestHeaders headers,
      PartFile part,
      FetchListener listener,
      InstantSource clock) {
    this.download = download;
    this.headers = headers;
    this.part = part;
    this.listener = listener;
    this.clock = clock;
  }

  /** Whether the last try went on from where another had broken off. */
  boolean resumed() {
    return resumed;
  }

  /** Takes the whole file into the part file, or fails. */
  void attempt(Redirects redirects, Duration silence) throws FetchFailure, InterruptedException {
    try {
      HttpResponse<Flow.Publisher<List<ByteBuffer>>> response =
          redirects.follow(download.url(), headers, asked());
      long begin;
      try {
        begin = begin(response);
      } catch (FetchFailure e) {
        BodyFeed.discard(response.body());
        throw e;
      }
      resumed = begin > 0;
      long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
      long total = length < 0 ? -1 : begin + length;
      BodyFeed.copy(response.body(), bytes -> keep(bytes, total), silence);
    } catch (IOException e) {
      throw FetchFailure.of(e);
    }
  }

  private Map<String, String> asked() {
    Map<String, String> asked = new LinkedHashMap<>();
    asked.put("User-Agent", "groundbuild");
    // GitHub: an asset's address gives its description, unless this is asked for
    asked.put(
        "Accept",
        GITHUB_ASSET.matcher(download.url().uri().getPath()).matches()
            ? "application/octet-stream"
            : "*/*");
    boolean sure = !validator.isEmpty() || download.checksum().isPresent();
    if (part.length() > 0 && sure) {
      asked.put("Range", "bytes=" + part.length() + "-");
      if (!validator.isEmpty()) {
        asked.put("If-Range", validator);
      }
    }
    return asked;
  }

  /** Where in the file the body begins; the part file has as much. */
  private long begin(HttpResponse<?> response) throws FetchFailure {
    int status = response.statusCode();
    if (status == 206) {
      Matcher range =
          RANGE.matcher(response.headers().firstValue("Content-Range").orElse("").strip());
      if (range.matches() && range.group(1).equals(Long.toString(part.length()))) {
        return part.length();
      }
    }
    if (status == 206 || status == 416) {
      startAgain();
      throw FetchFailure.passing("the server sent another part than asked for", Duration.ZERO);
    }
    if (status != 200) {
      throw refused(status, response.headers());
    }
    startAgain();
    validator = validator(response.headers());
    return 0;
  }

  /** Throws away what is there. */
  void startAgain() throws FetchFailure {
    try {
      part.startAgain();
      validator = "";
    } catch (IOException e) {
      throw onDisk(e);
    }
  }

  private void keep(ByteBuffer bytes, long total) throws FetchFailure {
    try {
      part.append(bytes);
    } catch (IOException e) {
      throw onDisk(e);
    }
    Instant now = clock.instant();
    if (Duration.between(reported, now).compareTo(BETWEEN_REPORTS) >= 0) {
      reported = now;
      listener.received(part.length(), total);
    }
  }

  private FetchFailure onDisk(IOException e) {
    return FetchFailure.lasting(download.destination() + " can't be written: " + DiskWords.of(e));
  }

  /** HTTP: only a strong tag, or else the date, says that not a byte has changed. */
  private static String validator(HttpHeaders headers) {
    String tag = headers.firstValue("ETag").orElse("");
    return tag.startsWith("\"") ? tag : headers.firstValue("Last-Modified").orElse("");
  }

  private FetchFailure refused(int status, HttpHeaders headers) {
    String said = "the server answers " + status;
    if (status == 408 || status == 429 || status >= 500) {
      return FetchFailure.passing(said, retryAfter(headers));
    }
    return FetchFailure.lasting(
        switch (status) {
          case 401, 403 ->
              said + ", not allowed; give a token with --header-file, or check the one you gave";
          case 404, 410 -> said + ", not found; check the address, and whether it needs a login";
          default -> said;
        });
  }

  private Duration retryAfter(HttpHeaders headers) {
    String text = headers.firstValue("Retry-After").orElse("").strip();
    Duration asked = Duration.ZERO;
    if (text.matches("\\d{1,9}")) {
      asked = Duration.ofSeconds(Long.parseLong(text));
    } else if (!text.isEmpty()) {
      try {
        Instant then = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        asked = Duration.between(clock.instant(), then);
      } catch (DateTimeParseException e) {
        return Duration.ZERO;
      }
    }
    return asked.compareTo(Retries.LONGEST) > 0 ? Retries.LONGEST : asked;
  }
}
