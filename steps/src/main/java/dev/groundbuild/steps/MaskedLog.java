package dev.groundbuild.steps;

import dev.groundbuild.steps.SecretMask.Parts;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Hides secrets in the lines of steps, also those that come in parts. */
final class MaskedLog implements StepLog {
  private static final byte[] NOTHING = {};

  private final SecretMask mask;
  private final StepLog log;

  /** The lines that are not whole yet. Each is touched by one thread at a time, its step's. */
  private final Map<Origin, Parts> open = new ConcurrentHashMap<>();

  private record Origin(int step, Stream stream) {}

  MaskedLog(SecretMask mask, StepLog log) {
    this.mask = mask;
    this.log = log;
  }

  @Override
  public void line(int step, Stream stream, byte[] line, boolean complete) {
    if (complete && open.isEmpty()) {
      log.line(step, stream, mask.bytes(line), true);
      return;
    }
    Origin origin = new Origin(step, stream);
    if (complete) {
      @Nullable Parts parts = open.remove(origin);
      log.line(step, stream, parts == null ? mask.bytes(line) : parts.last(line), true);
      return;
    }
    byte[] shown = open.computeIfAbsent(origin, _ -> mask.new Parts()).part(line);
    if (shown.length > 0) {
      log.line(step, stream, shown, false);
    }
  }

  @Override
  public void ended(int step, Stream stream) {
    @Nullable Parts parts = open.remove(new Origin(step, stream));
    byte[] rest = parts == null ? NOTHING : parts.last(NOTHING);
    if (rest.length > 0) {
      log.line(step, stream, rest, false);
    }
    log.ended(step, stream);
  }

  @Override
  public void beside(String label, byte[] line) {
    log.beside(label, mask.bytes(line));
  }

  @Override
  public void progress(int step, String text) {
    log.progress(step, mask.text(text));
  }
}
