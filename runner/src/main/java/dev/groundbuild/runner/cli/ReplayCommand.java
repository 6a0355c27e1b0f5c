package dev.groundbuild.runner.cli;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.Preparation;
import dev.groundbuild.runner.config.BuildConfig;
import dev.groundbuild.runner.config.ConfigFile;
import dev.groundbuild.runner.config.ConfigReader;
import dev.groundbuild.runner.config.RecordedBuild;
import dev.groundbuild.runner.config.RecordedSource;
import dev.groundbuild.runner.status.KeptRequest;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Run a build that ran elsewhere, from what gcloud builds describe prints of it, as JSON or YAML.",
      "What Cloud Build has added to it is ignored; substitutions stay as they were resolved."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  gcloud builds describe ID --format=json > build.json",
      "  groundbuild replay build.json",
      "  groundbuild replay build.json source.tgz --pin-images",
      "  gcloud builds describe ID --format=json | groundbuild replay - --no-source",
      "",
      "Exit codes are those of groundbuild run."
    })
final class ReplayCommand implements Callable<Integer> {
  private final Shell shell;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      paramLabel = "BUILD.json",
      description = "The build, as Cloud Build returns it; - is standard input.")
  private String record = "";

  @Mixin private SourceOptions sources = new SourceOptions();

  @Option(
      names = "--pin-images",
      description =
          "Let each step run the very image that it ran, by its digest in results.buildStepImages.")
  private boolean pinImages;

  @Mixin private RunOptions how = new RunOptions();

  private ReplayCommand(Shell shell) {
    this.shell = shell;
  }

  /** With other words on SOURCE, and without the option that names a config: the record has it. */
  static CommandLine commandLine(Shell shell) {
    CommandLine line = new CommandLine(new ReplayCommand(shell));
    CommandSpec spec = line.getCommandSpec();
    spec.remove(spec.findOption("--config"));
    PositionalParamSpec source = spec.positionalParameters().get(1);
    spec.remove(source);
    spec.add(
        PositionalParamSpec.builder(source)
            .index("1")
            .description(
                "The files: a folder, an archive (.tgz, .tar.gz, .zip) or a git address (URL#REVISION).",
                "Needed if the build had files. Default: an empty /workspace.")
            .build());
    return line;
  }

  @Override
  public Integer call() throws IOException {
    how.launching.check(shell);
    String name = record.equals(ConfigFile.STDIN) ? "<stdin>" : shell.shown(record);
    BuildConfig read = ConfigReader.readRecord(name, shell.read(record));
    RecordedBuild recorded = new RecordedBuild(read);
    if (RecordedSource.isThere(read.build()) && !sources.isChosen()) {
      throw new UsageException(
          "the build had a source: "
              + RecordedSource.advice(read.build(), "groundbuild replay " + record)
              + "; or run it without files: --no-source");
    }
    return new RunCommand(shell, how, spec)
        .carryOut(
            () -> sources.choose(shell, read),
            (_, _) -> prepared(read, Preparation.ofRecord(recorded, pinImages)));
  }

  private static RunCommand.Prepared prepared(BuildConfig read, Preparation preparation) {
    Build build = preparation instanceof Preparation.Ready ready ? ready.build() : read.build();
    return new RunCommand.Prepared(KeptRequest.Words.ofRecord(build), preparation);
  }
}
