package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.Keeping;
import dev.groundbuild.runner.console.ConsoleChoice;
import dev.groundbuild.runner.status.BuildRecord;
import dev.groundbuild.steps.docker.DockerEngine;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.fake.FakeEngine;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options of every command that runs a build: how it is shown, and what stays of it. */
final class LaunchOptions {
  @Option(
      names = "--build-json",
      paramLabel = "FILE",
      description = "Write the finished Build resource, as Cloud Build returns it.")
  private @Nullable String buildJson;

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
          "How long they are kept, 24h by default. Then the next run, or groundbuild clean, removes them.")
  private Duration keepFor = Duration.ofHours(24);

  @Option(
      names = "--log",
      paramLabel = "FORM",
      description =
          "auto (default): live on a terminal, plain elsewhere; plain: Cloud Build's log; json: one event per line.")
  private ConsoleChoice.Form log = ConsoleChoice.Form.AUTO;

  @Option(names = "--color", paramLabel = "WHEN", description = "auto (default), always or never.")
  private ConsoleChoice.Color color = ConsoleChoice.Color.AUTO;

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      description = "docker (default), or fake: steps do nothing, to try a config's order.")
  private EngineChoice engineChoice = EngineChoice.docker;

  enum EngineChoice {
    docker,
    fake
  }

  enum When {
    never,
    failure,
    always
  }

  /** What follows the bare flag is the next argument, such as SOURCE, and not its value. */
  static final class Attached implements IParameterPreprocessor {
    @Override
    @SuppressWarnings("JdkObsolete") // picocli's own type
    public boolean preprocess(
        Stack<String> args, CommandSpec command, ArgSpec option, Map<String, Object> info) {
      if (!"=".equals(info.get("separator"))) {
        args.push(When.failure.name());
      }
      return false;
    }
  }

  void check(Shell shell) {
    if (buildJson != null) {
      BuildRecord.problemWith(shell.path(buildJson).toString())
          .ifPresent(problem -> {
            throw new UsageException(problem);
          });
    }
  }

  @Nullable String buildJson() {
    return buildJson;
  }

  ConsoleChoice console() {
    return new ConsoleChoice(log, color);
  }

  boolean isJson() {
    return log == ConsoleChoice.Form.JSON;
  }

  /**
   * @param otherwise when to keep if the user says nothing
   */
  Keeping keeping(When otherwise) {
    When when = keep == null ? otherwise : keep;
    return new Keeping(Keeping.When.valueOf(when.name().toUpperCase(Locale.ROOT)), keepFor);
  }

  ContainerEngine engine() {
    return switch (engineChoice) {
      case docker -> DockerEngine.ofEnvironment();
      case fake -> new FakeEngine();
    };
  }
}
