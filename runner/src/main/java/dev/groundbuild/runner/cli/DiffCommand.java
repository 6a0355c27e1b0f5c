package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.console.ConsoleChoice;
import dev.groundbuild.runner.console.Palette;
import dev.groundbuild.runner.diff.BuildComparison;
import dev.groundbuild.runner.diff.BuildDiff;
import dev.groundbuild.runner.diff.DiffJson;
import dev.groundbuild.runner.diff.DiffText;
import dev.groundbuild.runner.status.BuildHistory;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Show how two builds differ: their config, substitutions, images, times and status.",
      "Steps are compared by their ids. Times alone are no difference.",
      "Exit code 0: the same; 1: different; 2: a build was not found."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild diff last-1 last",
      "  groundbuild diff 1f0c2a 9b77 --format=json",
      "  groundbuild diff from-the-cloud.json last"
    })
final class DiffCommand implements Callable<Integer> {
  private static final String OR_FILE =
      " Or a file that ends in .json: a build as Cloud Build returns it.";

  private final Shell shell;

  @Parameters(index = "0", paramLabel = "BUILD", description = BuildChoice.DESCRIPTION + OR_FILE)
  private String before = "";

  @Parameters(index = "1", paramLabel = "BUILD", description = "The build to compare it with.")
  private String after = "";

  @Option(names = "--format", paramLabel = "FORMAT", description = "text (default) or json.")
  private Format format = Format.text;

  @Option(names = "--color", paramLabel = "WHEN", description = "auto (default), always or never.")
  private ConsoleChoice.Color color = ConsoleChoice.Color.AUTO;

  enum Format {
    text,
    json
  }

  DiffCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    BuildHistory history = shell.history(InstantSource.system());
    BuildDiff diff =
        BuildComparison.of(
            BuildChoice.subject(shell, history, before),
            BuildChoice.subject(shell, history, after));
    if (format == Format.json) {
      shell.out().println(DiffJson.render(diff));
    } else {
      boolean terminal = shell.own() && ConsoleChoice.onTerminal();
      Palette palette =
          new ConsoleChoice(ConsoleChoice.Form.AUTO, color).palette(shell.env(), terminal);
      DiffText.lines(diff, palette).forEach(shell.out()::println);
    }
    shell.out().flush();
    return diff.isSame() ? ExitCode.SUCCESS : ExitCode.DIFFERENT;
  }
}
