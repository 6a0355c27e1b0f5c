package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.source.RepoOutcome;
import dev.groundbuild.runner.source.RepoSyncAll;
import dev.groundbuild.runner.source.RepoTarget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "sync",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Bring many git repositories up to date, in parallel: clone those that are missing, fast-forward the others.",
      "A working tree with uncommitted changes, or a branch that has diverged, is left as it is and"
          + " reported. Nothing is ever merged or rebased.",
      "The repositories are those of repos.yaml; without one, those in DIR, or directly below it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild repos sync                     all of repos.yaml, or of this folder",
      "  groundbuild repos sync --file team.yaml    all of another list",
      "  groundbuild repos sync api web             only these of the list",
      "",
      "repos.yaml, beside which the folders are made:",
      "  repos:",
      "  - https://example.com/api.git",
      "  - {url: git@example.com:web.git, dir: apps/web, branch: main}",
      "",
      "Exit codes: 0 all up to date, 1 some could not be synced, 2 usage, 130 cancelled."
    })
final class ReposSyncCommand implements Callable<Integer> {
  private final Shell shell;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "The list of repositories; repos.yaml, if that is there.")
  private @Nullable String file;

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      defaultValue = "16",
      description = "How many at once; ${DEFAULT-VALUE} by default.")
  private int jobs;

  @Parameters(
      arity = "0..*",
      paramLabel = "DIR",
      description =
          "Only these folders of the list; without a list, where to look for repositories.")
  private List<String> dirs = List.of();

  ReposSyncCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    if (jobs < 1) {
      throw new UsageException("--jobs is at least 1");
    }
    List<RepoTarget> targets = new RepoChoice(shell).targets(file, dirs);
    int width = targets.stream().mapToInt(t -> t.name().length()).max().orElse(0);
    List<String> refused = new ArrayList<>();
    try (Cancelling _ = Cancelling.of("the sync", Thread.currentThread(), shell.err())) {
      new RepoSyncAll(jobs, shell.env())
          .run(
              targets,
              (target, outcome) -> {
                if (outcome instanceof RepoOutcome.Refused) {
                  refused.add(target.name());
                }
                shell.out().println(pad(target.name(), width) + "  " + words(outcome));
                shell.out().flush();
              });
    } catch (InterruptedException e) {
      shell.err().println("groundbuild: cancelled; nothing half done is left");
      return ExitCode.CANCELLED;
    }
    if (refused.isEmpty()) {
      return ExitCode.SUCCESS;
    }
    shell
        .err()
        .println(
            "groundbuild: %d of %d could not be synced: %s"
                .formatted(refused.size(), targets.size(), String.join(", ", refused)));
    return ExitCode.BUILD_FAILED;
  }

  private static String pad(String name, int width) {
    return name + " ".repeat(width - name.length());
  }

  private static String words(RepoOutcome outcome) {
    return switch (outcome) {
      case RepoOutcome.Cloned cloned -> "cloned      " + brief(cloned.commit());
      case RepoOutcome.Updated updated ->
          "updated     %s..%s, %s"
              .formatted(
                  brief(updated.from()),
                  brief(updated.to()),
                  RepoOutcome.commits(updated.commits()));
      case RepoOutcome.UpToDate same ->
          "up to date  "
              + brief(same.commit())
              + (same.ahead() == 0
                  ? ""
                  : ", and " + RepoOutcome.commits(same.ahead()) + " not pushed");
      case RepoOutcome.Refused refused -> "NOT SYNCED  " + refused.why();
    };
  }

  private static String brief(String commit) {
    return commit.length() > 7 ? commit.substring(0, 7) : commit;
  }
}
