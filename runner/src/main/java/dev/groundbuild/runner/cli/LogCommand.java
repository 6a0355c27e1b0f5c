package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.status.BuildHistory;
import dev.groundbuild.runner.status.KeptBuild;
import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "log",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Print the whole log of a build of this machine; without BUILD, of the last one.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild log",
      "  groundbuild log 1f0c2a",
      "  groundbuild log --list",
      "  groundbuild log --path"
    })
final class LogCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(
      arity = "0..1",
      paramLabel = "BUILD",
      description = "Id of a build, or the first part of it.")
  private @Nullable String build;

  @Option(names = "--list", description = "List the builds whose logs are kept, newest first.")
  private boolean list;

  @Option(names = "--path", description = "Print where the log is kept instead.")
  private boolean path;

  LogCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    BuildHistory history = shell.history(InstantSource.system());
    if (list) {
      for (KeptBuild kept : history.list()) {
        shell.out().println(line(kept));
      }
      shell.out().flush();
      return ExitCode.SUCCESS;
    }
    KeptBuild kept = find(history);
    if (path) {
      shell.out().println(kept.log());
    } else {
      Files.copy(kept.log(), shell.out());
    }
    shell.out().flush();
    return ExitCode.SUCCESS;
  }

  private static String line(KeptBuild kept) throws IOException {
    String status = kept.running() ? "RUNNING" : kept.build().getStatus().name();
    return kept.id() + "  " + kept.started() + "  " + status;
  }

  private KeptBuild find(BuildHistory history) throws IOException {
    if (build == null) {
      return history
          .latest()
          .orElseThrow(
              () -> new UsageException("no build has run yet: start one with groundbuild run"));
    }
    List<KeptBuild> found = history.find(build);
    return switch (found.size()) {
      case 0 ->
          throw new UsageException(
              "no build \"" + build + "\" is kept; groundbuild log --list shows those that are");
      case 1 -> found.getFirst();
      default ->
          throw new UsageException(
              "\""
                  + build
                  + "\" is the beginning of more than one build: "
                  + found.stream().map(KeptBuild::id).collect(Collectors.joining(", ")));
    };
  }
}
