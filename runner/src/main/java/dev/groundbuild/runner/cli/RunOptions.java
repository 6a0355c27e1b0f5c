package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.console.ConsoleChoice;
import dev.groundbuild.runner.status.WholeFile;
import dev.groundbuild.runner.trace.BuildTrace;
import dev.groundbuild.runner.trace.TraceFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that decide how a build is run and shown, whatever it is. */
final class RunOptions {
  @Option(
      names = "--dryrun",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "Print the docker command of each step instead of running it.")
  boolean dryrun;

  @Option(
      names = "--no-privileged",
      description =
          "Give steps the engine's default rights instead of --privileged, which they have in the cloud.")
  boolean noPrivileged;

  @Option(
      names = "--build-json",
      paramLabel = "FILE",
      description = "Write the finished Build resource, as Cloud Build returns it.")
  @Nullable String buildJson;

  @Option(
      names = "--log",
      paramLabel = "FORM",
      description =
          "auto (default): live on a terminal, plain elsewhere; plain: Cloud Build's log; json: one event per line.")
  ConsoleChoice.Form log = ConsoleChoice.Form.AUTO;

  @Option(names = "--color", paramLabel = "WHEN", description = "auto (default), always or never.")
  ConsoleChoice.Color color = ConsoleChoice.Color.AUTO;

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      description = "docker (default), or fake: steps do nothing, to try a config's order.")
  EngineChoice engineChoice = EngineChoice.docker;

  enum EngineChoice {
    docker,
    fake
  }

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = {
        "Write what the build spent its time on, for chrome://tracing or Perfetto; to a FILE that ends in",
        ".otlp.json for OpenTelemetry."
      })
  @Nullable String trace;

  @Option(
      names = "--trace-format",
      paramLabel = "FORMAT",
      description = "chrome or otlp, whatever FILE is called.")
  @Nullable TraceFormat traceFormat;

  /** What can be seen to be wrong before the build starts. */
  void check(Shell shell) {
    if (buildJson != null) {
      refuse(WholeFile.problemWith("--build-json", shell.path(buildJson).toString()));
    }
    if (trace != null) {
      refuse(WholeFile.problemWith("--trace", shell.path(trace).toString()));
    } else if (traceFormat != null) {
      throw new UsageException("--trace-format needs --trace=FILE");
    }
  }

  private static void refuse(Optional<String> problem) {
    if (problem.isPresent()) {
      throw new UsageException(problem.get());
    }
  }

  /** Writes the trace of a build that is over, if there is to be one. */
  void write(Shell shell, BuildTrace measured) throws IOException {
    if (trace != null) {
      TraceFormat format = traceFormat == null ? TraceFormat.of(trace) : traceFormat;
      byte[] text = measured.render(format).getBytes(StandardCharsets.UTF_8);
      WholeFile.write(shell.path(trace), text);
    }
  }
}
