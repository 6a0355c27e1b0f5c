package dev.groundbuild.runner.cli;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.console.KeptLog;
import dev.groundbuild.runner.status.BuildHistory;
import dev.groundbuild.runner.status.KeptBuild;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.TreeMap;
import java.util.concurrent.Callable;
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
      "  groundbuild log --step=test last-1",
      "  groundbuild log --follow",
      "  groundbuild log --path"
    })
final class LogCommand implements Callable<Integer> {
  private static final int BUFFER = 1 << 16;
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  private final Shell shell;

  @Parameters(arity = "0..1", paramLabel = "BUILD", description = BuildChoice.DESCRIPTION)
  private String build = BuildChoice.LAST;

  @Option(
      names = "--step",
      paramLabel = "STEP",
      description = "Print only the lines of this step (its id or index), as it wrote them.")
  private @Nullable String step;

  @Option(
      names = {"-f", "--follow"},
      description = "While the build runs, go on with what comes, until it ends.")
  private boolean follow;

  @Option(names = "--path", description = "Print where the log is kept instead.")
  private boolean path;

  LogCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    BuildHistory history = shell.history(InstantSource.system());
    KeptBuild kept = BuildChoice.find(history, build);
    if (path) {
      shell.out().println(kept.log());
    } else {
      copy(history, kept);
    }
    shell.out().flush();
    return ExitCode.SUCCESS;
  }

  private void copy(BuildHistory history, KeptBuild kept) throws IOException {
    try (KeptLog log = open(kept)) {
      OutputStream out = new BufferedOutputStream(shell.out(), BUFFER);
      boolean running;
      do {
        running = follow && history.isRunning(kept); // asked first: what is read below is then all
        log.copyTo(out);
        out.flush();
      } while (running && !shell.out().checkError() && pause());
    }
  }

  private KeptLog open(KeptBuild kept) throws IOException {
    if (step == null) {
      return KeptLog.whole(kept.log());
    }
    Build record = kept.build();
    BuildPlan plan = BuildPlan.of(record, new TreeMap<>(record.getSubstitutionsMap()));
    String label = StepChoice.require(plan, step).label();
    return KeptLog.ofStep(kept.log(), kept.ownLines(), plan.steps().size(), label);
  }

  private static boolean pause() {
    try {
      Thread.sleep(BETWEEN_LOOKS);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
