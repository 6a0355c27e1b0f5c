package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.fetch.Download;
import dev.groundbuild.runner.fetch.FetchEvent;
import dev.groundbuild.runner.fetch.FetchOutcome;
import dev.groundbuild.runner.fetch.FetchScreen;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Tells of downloads: a line on standard output for each that is done, and on standard error what
 * goes wrong and, for those that take a while, how far they are. On a terminal that is one line
 * that is drawn again and again; elsewhere it is a new line every ten seconds.
 */
final class FetchReport implements FetchScreen {
  private static final Duration A_WHILE = Duration.ofSeconds(1);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
  private static final String ERASE = "\r\033[K";

  private final List<Download> downloads;
  private final Shell shell;
  private final boolean terminal;
  private final InstantSource clock;
  private final Instant start;
  private final SortedMap<Integer, FetchEvent.Received> underWay = new TreeMap<>();
  private final SortedMap<Integer, String> failed = new TreeMap<>();
  private Instant lastLine;
  private String drawn = "";
  private int done;

  FetchReport(List<Download> downloads, Shell shell, boolean terminal, InstantSource clock) {
    this.downloads = downloads;
    this.shell = shell;
    this.terminal = terminal;
    this.clock = clock;
    this.start = clock.instant();
    this.lastLine = start;
  }

  @Override
  public void show(FetchEvent event) {
    switch (event) {
      case FetchEvent.Received received -> underWay.put(received.index(), received);
      case FetchEvent.Retrying retrying ->
          remark(
              "%s: %s; trying again in %s"
                  .formatted(
                      downloads.get(retrying.index()).url(),
                      retrying.why(),
                      seconds(retrying.after())));
      case FetchEvent.Finished finished -> finished(finished);
    }
  }

  private void finished(FetchEvent.Finished finished) {
    underWay.remove(finished.index());
    done++;
    String name = name(finished.index());
    switch (finished.outcome()) {
      case FetchOutcome.Present present ->
          result(
              present.verified()
                  ? "present  " + name + " (has the checksum)"
                  : "present  "
                      + name
                      + " (not compared: no checksum is given; --force fetches it)");
      case FetchOutcome.Fetched fetched ->
          result(
              "fetched  %s (%s in %s%s)"
                  .formatted(
                      name,
                      size(fetched.bytes()),
                      seconds(fetched.took()),
                      fetched.verified() ? ", has the checksum" : ""));
      case FetchOutcome.Failed failure -> {
        failed.put(finished.index(), name);
        remark(downloads.get(finished.index()).url() + ": " + failure.why());
      }
    }
  }

  private String name(int index) {
    return shell.relative(downloads.get(index).destination());
  }

  @Override
  public void tick() {
    Instant now = clock.instant();
    if (Duration.between(start, now).compareTo(A_WHILE) < 0 || done == downloads.size()) {
      return;
    }
    if (terminal) {
      draw(progress());
    } else if (Duration.between(lastLine, now).compareTo(BETWEEN_LINES) >= 0) {
      lastLine = now;
      remark(progress());
    }
  }

  private String progress() {
    long bytes = underWay.values().stream().mapToLong(FetchEvent.Received::bytes).sum();
    boolean known = underWay.values().stream().allMatch(r -> r.total() >= 0);
    long total = underWay.values().stream().mapToLong(FetchEvent.Received::total).sum();
    String amount =
        known && total > 0
            ? "%s of %s (%d %%)".formatted(size(bytes), size(total), bytes * 100 / total)
            : size(bytes);
    String what =
        downloads.size() == 1
            ? name(0)
            : "%d of %d done; %d under way".formatted(done, downloads.size(), underWay.size());
    return what + ": " + amount + ", " + seconds(Duration.between(start, clock.instant()));
  }

  /** The last words; whether everything is there. */
  boolean end() {
    erase();
    if (downloads.size() > 1 && !failed.isEmpty()) {
      shell
          .err()
          .println(
              "groundbuild: %d of %d could not be fetched: %s"
                  .formatted(
                      failed.size(),
                      downloads.size(),
                      failed.values().stream().collect(Collectors.joining(", "))));
    }
    shell.out().flush();
    return failed.isEmpty();
  }

  void cancelled() {
    erase();
    shell.out().flush();
    shell.err().println("groundbuild: cancelled; nothing half done is left");
  }

  private void result(String line) {
    erase();
    shell.out().println(line);
    shell.out().flush();
  }

  private void remark(String line) {
    erase();
    shell.err().println("groundbuild: " + line);
  }

  private void draw(String line) {
    if (!line.equals(drawn)) {
      // a line that wraps could not be erased
      String cut = line.length() > 78 ? line.substring(0, 77) + "…" : line;
      shell.err().print(ERASE + cut);
      shell.err().flush();
      drawn = line;
    }
  }

  private void erase() {
    if (!drawn.isEmpty()) {
      shell.err().print(ERASE);
      shell.err().flush();
      drawn = "";
    }
  }

  private static String size(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    String[] units = {"kB", "MB", "GB", "TB"};
    double amount = bytes / 1000.0;
    int unit = 0;
    while (amount >= 999.95 && unit < units.length - 1) {
      amount /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", amount, units[unit]);
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1fs", time.toMillis() / 1000.0);
  }
}
