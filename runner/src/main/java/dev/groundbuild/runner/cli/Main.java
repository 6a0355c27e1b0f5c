package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.SourceException;
import dev.groundbuild.runner.config.BadSubstitutionsException;
import dev.groundbuild.runner.pubsub.PubsubException;
import dev.groundbuild.steps.engine.EngineException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CancellationException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line. */
@Command(
    name = "groundbuild",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    description =
        "Google Cloud Build, on your own ground: the same cloudbuild.yaml, run on this machine.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild run                        build the current folder",
      "  groundbuild run samples/hello          build another folder",
      "  groundbuild validate cloudbuild.yaml   find every mistake, without running anything",
      "  groundbuild plan --format=svg -o plan.svg",
      "  groundbuild log                        the last build's log",
      "  groundbuild resume                     go on from the step that failed",
      "",
      "Exit codes: 0 success, 1 build failed, 2 config or usage, 3 engine or internal error,",
      "124 timeout, 130 cancelled."
    })
public final class Main implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Runs a command and ends the process with its exit code. */
  static void main(String[] args) {
    System.exit(commandLine(Shell.ofProcess()).execute(args));
  }

  static CommandLine commandLine(Shell shell) {
    CommandLine line =
        new CommandLine(new Main())
            .addSubcommand(new RunCommand(shell))
            .addSubcommand(new ResumeCommand(shell))
            .addSubcommand(new RerunCommand(shell))
            .addSubcommand(ReplayCommand.commandLine(shell))
            .addSubcommand(new ValidateCommand(shell))
            .addSubcommand(new PlanCommand(shell))
            .addSubcommand(SecretsCommand.line(shell))
            .addSubcommand(new ExplainCommand(shell))
            .addSubcommand(new BuildsCommand(shell))
            .addSubcommand(new LogCommand(shell))
            .addSubcommand(new DiffCommand(shell))
            .addSubcommand(new ProvenanceCommand(shell))
            .addSubcommand(new PsCommand(shell))
            .addSubcommand(new CommandLine(new ExecCommand(shell)).setStopAtPositional(true))
            .addSubcommand(new ShellCommand(shell))
            .addSubcommand(new CleanCommand(shell))
            .addSubcommand(new CachesCommand(shell))
            .addSubcommand(new InitCommand(shell))
            .addSubcommand(new PublishCommand(shell))
            .addSubcommand(new FetchCommand(shell))
            .addSubcommand(ReposCommand.line(shell))
            .addSubcommand(PubsubCommand.line(shell))
            .addSubcommand(new HelpCommand());
    line.setOut(new PrintWriter(shell.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(shell.err(), true, StandardCharsets.UTF_8));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    line.setExecutionExceptionHandler((e, command, parsed) -> explain(e, command.getErr()));
    line.setParameterExceptionHandler((e, badArgs) -> misused(e));
    return line;
  }

  private static int explain(Exception e, PrintWriter err) {
    if (e instanceof UsageException || e instanceof BadSubstitutionsException) {
      err.println("groundbuild: " + e.getMessage());
      return ExitCode.USAGE;
    }
    if (e instanceof SourceException source) {
      err.println("groundbuild: " + e.getMessage());
      return ExitCode.of(source.kind());
    }
    if (e instanceof PubsubException) {
      err.println("groundbuild: " + e.getMessage());
      return ExitCode.BUILD_FAILED;
    }
    if (e instanceof CancellationException) {
      err.println("groundbuild: cancelled");
      return ExitCode.CANCELLED;
    }
    if (e instanceof EngineException) {
      err.println("groundbuild: " + e.getMessage());
      return ExitCode.INTERNAL;
    }
    if (e instanceof IOException) {
      err.println("groundbuild: " + reason(e));
      return ExitCode.INTERNAL;
    }
    err.println("groundbuild: internal error: " + e);
    if (System.getenv("GROUNDBUILD_DEBUG") == null) {
      err.println("groundbuild: this is a bug; set GROUNDBUILD_DEBUG=1 to see where it happens");
    } else {
      e.printStackTrace(err);
    }
    return ExitCode.INTERNAL;
  }

  /** The messages of file exceptions are often just the file's name. */
  private static String reason(Exception e) {
    return switch (e) {
      case NoSuchFileException n -> n.getMessage() + ": no such file or folder";
      case AccessDeniedException a -> a.getMessage() + ": permission denied";
      default -> String.valueOf(e.getMessage());
    };
  }

  private static int misused(ParameterException e) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("groundbuild: " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE;
  }

  /** The version that the build wrote into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"groundbuild " + (version == null ? "development" : version)};
    }
  }
}
