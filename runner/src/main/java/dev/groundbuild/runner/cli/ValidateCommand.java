package dev.groundbuild.runner.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.groundbuild.runner.Preparation;
import dev.groundbuild.runner.config.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Find every mistake in build configs. Nothing is run; no engine and no network are needed.",
      "Each problem is printed as FILE:LINE:COLUMN: MESSAGE. Exit code 0: all can be run; 2: not"
          + " all."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild validate",
      "  groundbuild validate ci/*.yaml --substitutions=_ENV=staging",
      "  groundbuild validate --strict=trigger --format=json cloudbuild.yaml",
      "  cat cloudbuild.yaml | groundbuild validate -"
    })
final class ValidateCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private ConfigOptions options = new ConfigOptions();
  @Mixin private OverlayOptions overlays = new OverlayOptions();

  @Parameters(
      arity = "0..*",
      paramLabel = "FILE",
      description =
          "Configs, or folders with one; - is standard input. Default: the current folder.")
  private List<String> files = new ArrayList<>();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "text (default) or json: a list of {file, severity, line, column, path, message}.")
  private Format format = Format.text;

  enum Format {
    text,
    json
  }

  ValidateCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    List<String> given = files.isEmpty() ? List.of(".") : files;
    JsonArray all = new JsonArray();
    int refused = 0;
    for (String file : given) {
      ConfigOptions.Chosen choice = options.read(shell, file);
      Preparation preparation = options.lookAt(shell, choice);
      Optional<Overlaid> overlaid =
          overlays
              .beside(shell, file)
              .map(over -> Overlaid.toLookAt(over, preparation, choice.config(), options.door()));
      List<Problem> problems = new ArrayList<>(preparation.problems());
      overlaid.ifPresent(over -> problems.addAll(over.problems()));
      boolean bad = problems.stream().anyMatch(Problem::isError);
      if (bad) {
        refused++;
      }
      for (Problem problem : problems) {
        if (asJson()) {
          all.add(json(choice.config().name(), problem));
        } else {
          shell.out().println(problem);
        }
      }
      if (!asJson() && !bad && preparation instanceof Preparation.Ready ready) {
        shell.out().println(choice.config().name() + ": ok, " + steps(ready.plan().steps().size()));
        overlaid.ifPresent(
            over -> shell.out().println(over.file().name() + ": ok" + over.counts()));
      }
    }
    if (asJson()) {
      shell
          .out()
          .println(
              new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(all));
    }
    shell.out().flush();
    return refused == 0 ? ExitCode.SUCCESS : ExitCode.USAGE;
  }

  private boolean asJson() {
    return format == Format.json;
  }

  private static String steps(int count) {
    return count + (count == 1 ? " step" : " steps");
  }

  private static JsonObject json(String file, Problem problem) {
    JsonObject o = new JsonObject();
    o.addProperty("file", problem.position().map(p -> p.file()).orElse(file));
    o.addProperty("severity", problem.isError() ? "error" : "warning");
    o.addProperty("line", problem.position().map(p -> p.line()).orElse(null));
    o.addProperty("column", problem.position().map(p -> p.column()).orElse(null));
    o.addProperty("path", problem.path());
    o.addProperty("message", problem.message());
    return o;
  }
}
