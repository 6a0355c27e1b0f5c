package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.Keeping;
import dev.groundbuild.runner.console.ConsoleChoice;
import dev.groundbuild.runner.status.WholeFile;
import dev.groundbuild.runner.trace.BuildTrace;
import dev.groundbuild.runner.trace.TraceFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that runs a build: how it is shown, and what stays of it. */
final class LaunchOptions {
  @Mixin DebugOptions debug = new DebugOptions();
  @Mixin PublishOptions publish = new PublishOptions();
  @Mixin SecretOptions secrets = new SecretOptions();
  @Mixin IdentityOptions identity = new IdentityOptions();
  @Mixin DeliveryOptions delivery = new DeliveryOptions();

  @Option(
      names = "--keep-workspace",
      arity = "0..1",
      fallbackValue = "failure",
      preprocessor = Attached.class,
      paramLabel = "WHEN",
      description = {
        "Keep /workspace, home and the config's volumes on the engine, for groundbuild resume: failure (also if"
            + " WHEN is left out): after a build that did not succeed; always; or never."
      })
  private @Nullable When keep;

  @Option(
      names = "--keep-for",
      paramLabel = "DURATION",
      converter = DurationText.class,
      description =
          "How long that, and what --debug keeps, stays: 24h by default. Then the next run, or groundbuild clean,"
              + " removes it.")
  Duration keepFor = Duration.ofHours(24);

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
    identity.check(shell);
    delivery.check(shell);
    if (buildJson != null) {
      refuse(WholeFile.problemWith("--build-json", shell.path(buildJson).toString()));
    }
    if (trace != null) {
      refuse(WholeFile.problemWith("--trace", shell.path(trace).toString()));
    } else if (traceFormat != null) {
      throw new UsageException("--trace-format needs --trace=FILE");
    }
    publish.check();
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

  enum When {
    never,
    failure,
    always
  }

  /**
   * @param otherwise when to keep if the user says nothing
   */
  Keeping keeping(When otherwise) {
    When when = keep == null ? otherwise : keep;
    return new Keeping(Keeping.When.valueOf(when.name().toUpperCase(Locale.ROOT)), keepFor);
  }
}
