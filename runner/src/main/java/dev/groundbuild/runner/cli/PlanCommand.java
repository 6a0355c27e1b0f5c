package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.Preparation;
import dev.groundbuild.runner.config.Problem;
import dev.groundbuild.runner.console.ConsoleChoice;
import dev.groundbuild.runner.plan.PlanDot;
import dev.groundbuild.runner.plan.PlanJson;
import dev.groundbuild.runner.plan.PlanMermaid;
import dev.groundbuild.runner.plan.PlanSvg;
import dev.groundbuild.runner.plan.PlanText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Show what would run, in which order: every step resolved, the critical path, what runs side"
          + " by side.",
      "Needs no engine and no network. A config that can't be run ends with exit code 2."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild plan",
      "  groundbuild plan samples/gckb",
      "  groundbuild plan --format=json cloudbuild.yaml | jq '.steps[].image'",
      "  groundbuild plan --format=svg --output=plan.svg"
    })
final class PlanCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private ConfigOptions options = new ConfigOptions();
  @Mixin private OverlayOptions overlays = new OverlayOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "SOURCE",
      defaultValue = ".",
      description =
          "A config, or a folder with one; - is standard input. Default: the current folder.")
  private String source = ".";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The config, if it is not in SOURCE.")
  private @Nullable String config;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "text (default), json, dot, mermaid or svg.")
  private Format format = Format.text;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write to a file instead of standard output.")
  private @Nullable String output;

  enum Format {
    text,
    json,
    dot,
    mermaid,
    svg
  }

  PlanCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    ConfigOptions.Chosen choice = options.read(shell, source, config);
    Preparation preparation = options.lookAt(shell, choice);
    Optional<Overlaid> overlaid =
        overlays
            .beside(shell, config == null ? source : config)
            .map(over -> Overlaid.toLookAt(over, preparation, choice.config(), options.door()));
    List<Problem> problems = new ArrayList<>(preparation.problems());
    overlaid.ifPresent(over -> problems.addAll(over.problems()));
    problems.forEach(shell.err()::println);
    if (!(preparation instanceof Preparation.Ready ready)
        || problems.stream().anyMatch(Problem::isError)) {
      return ExitCode.USAGE;
    }
    BuildPlan plan = overlaid.map(over -> over.over(ready.plan())).orElse(ready.plan());
    write(rendered(ready, plan, overlaid));
    return ExitCode.SUCCESS;
  }

  private String rendered(Preparation.Ready ready, BuildPlan plan, Optional<Overlaid> overlaid) {
    List<String> overlay = overlaid.map(Overlaid::lines).orElse(List.of());
    return switch (format) {
      case text ->
          PlanText.render(plan, output == null && shell.own() && ConsoleChoice.onTerminal())
              + (overlay.isEmpty() ? "" : "\n" + String.join("\n", overlay) + "\n");
      case json ->
          PlanJson.render(
              plan,
              ready.build(),
              ready.substitutions(),
              overlaid.map(Overlaid::json).orElse(Map.of()));
      case dot -> PlanDot.render(plan);
      case mermaid -> PlanMermaid.render(plan);
      case svg -> PlanSvg.render(plan);
    };
  }

  private void write(String text) throws IOException {
    if (output == null) {
      shell.out().print(text);
      shell.out().flush();
    } else {
      Files.writeString(shell.path(output), text, StandardCharsets.UTF_8);
    }
  }
}
