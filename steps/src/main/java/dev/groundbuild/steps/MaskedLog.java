package dev.groundbuild.steps;

import dev.groundbuild.steps.SecretMask.Parts;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Hides secrets in the lines of steps, also those that come in parts. */
final class MaskedLog implements StepLog {
  private static final byte[] NOTHING = {};

  private final Supplier<SecretMask> masks;
  private final StepLog log;

  /** The lines that are not whole yet. Each is touched by one thread at a time, its step's. */
  private final Map<Origin, Parts> open = new ConcurrentHashMap<>();

  private record Origin(int step, Stream stream) {}

  /**
   * @param masks the mask of the moment, which may come to hide more
   */
  MaskedLog(Supplier<SecretMask> masks, StepLog log) {
    this.masks = masks;
    this.log = log;
  }

  @Override
  public void line(int step, Stream stream, byte[] line, boolean complete) {
    SecretMask mask = masks.get();
    if ((complete || mask.isEmpty()) && open.isEmpty()) {
      log.line(step, stream, mask.bytes(line), complete);
      return;
    }
    Origin origin = new Origin(step, stream);
    if (complete) {
      @Nullable Parts parts = open.remove(origin);
      log.line(step, stream, parts == null ? mask.bytes(line) : parts.last(mask, line), true);
      return;
    }
    byte[] shown = open.computeIfAbsent(origin, _ -> new Parts()).part(mask, line);
    if (shown.length > 0) {
      log.line(step, stream, shown, false);
    }
  }

  @Override
  public void ended(int step, Stream stream) {
    @Nullable Parts parts = open.remove(new Origin(step, stream));
    byte[] rest = parts == null ? NOTHING : parts.last(masks.get(), NOTHING);
    if (rest.length > 0) {
      log.line(step, stream, rest, false);
    }
    log.ended(step, stream);
  }

  @Override
  public void beside(String label, byte[] line) {
    log.beside(label, masks.get().bytes(line));
  }

  @Override
  public void progress(int step, String text) {
    log.progress(step, masks.get().text(text));
  }
}
