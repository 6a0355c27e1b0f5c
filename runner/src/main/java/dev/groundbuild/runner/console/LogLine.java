package dev.groundbuild.runner.console;

import dev.groundbuild.steps.StepLog.Stream;
import java.util.Optional;

/**
 * One line of a build's log, or a piece of a line that was too long to hold.
 *
 * @param origin where it comes from; empty for a line of the build itself, such as {@code BUILD},
 *     and for one of something that runs beside its steps
 * @param prefix what the transcript puts before the text, such as {@code Step #0: }; empty for a
 *     line of the build itself
 * @param text the bytes as they came, without the line feed
 * @param resumes whether it goes on where the line before it stopped: no prefix, no line feed
 *     between
 * @param complete false for a piece that a resuming line may follow
 */
public record LogLine(
    Optional<Origin> origin, byte[] prefix, byte[] text, boolean resumes, boolean complete) {

  /** A stream of a step. */
  public record Origin(int step, Stream stream) {}
}
