package dev.groundbuild.runner.cli;

import com.google.protobuf.util.Durations;
import dev.groundbuild.runner.config.GoDuration;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A duration as in a config: {@code 90s}, {@code 15m}, {@code 1h30m}. */
final class DurationText implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String text) {
    return GoDuration.parse(text)
        .map(d -> Duration.ofNanos(Durations.toNanos(d)))
        .filter(d -> !d.isNegative())
        .orElseThrow(() ->
            new TypeConversionException(
                "\"" + text + "\" is no duration; write it like 90s, 15m or 1h30m"));
  }
}
