package dev.groundbuild.steps;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Keeps every line, as the stream's name and the text; thread-safe. */
final class RecordingLog implements StepLog {
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> progress = new LinkedBlockingQueue<>();

  @Override
  public void line(int step, Stream stream, byte[] line, boolean complete) {
    lines.add(stream + " " + new String(line, StandardCharsets.UTF_8) + (complete ? "" : " [cut]"));
  }

  @Override
  public void progress(int step, String text) {
    progress.add(text);
  }

  /** Every line so far. */
  List<String> lines() {
    return new ArrayList<>(lines);
  }

  List<String> progress() {
    return new ArrayList<>(progress);
  }

  /** Text of the lines of a stream. */
  List<String> of(Stream stream) {
    String prefix = stream + " ";
    return lines().stream()
        .filter(l -> l.startsWith(prefix))
        .map(l -> l.substring(prefix.length()))
        .toList();
  }

  /** Waits for a line and takes it and those before it out. */
  void await(String line) throws InterruptedException {
    String next = lines.take();
    while (!next.equals(line)) {
      next = lines.take();
    }
  }
}
