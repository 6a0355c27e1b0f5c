package dev.groundbuild.runner.cli;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.Preparation;
import dev.groundbuild.runner.config.Problem;
import dev.groundbuild.runner.plan.ExplainText;
import dev.groundbuild.runner.plan.StepTimes;
import dev.groundbuild.steps.StepSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Say why a step waits for what, which chain of steps holds it longest, and what it holds.",
      "With --build, how long it waited for each. Without STEP, for every step."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild explain",
      "  groundbuild explain deploy",
      "  groundbuild explain 3 samples/hello",
      "  groundbuild explain deploy --build=last"
    })
final class ExplainCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Parameters(index = "0", arity = "0..1", paramLabel = "STEP", description = "Id or index.")
  private @Nullable String step;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "SOURCE",
      description =
          "A config, or a folder with one; - is standard input. Default: the current folder.")
  private @Nullable String source;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The config, if it is not in SOURCE.")
  private @Nullable String config;

  @Option(
      names = "--build",
      paramLabel = "BUILD",
      description = {
        "Explain a build that ran, with the times that were measured. " + BuildChoice.DESCRIPTION
      })
  private @Nullable String build;

  ExplainCommand(Shell shell) {
    this.shell = shell;
  }

  /** What is explained: a plan, the build that it is of, and when its steps ran. */
  private record Subject(BuildPlan plan, Build build, StepTimes times) {}

  @Override
  public Integer call() throws IOException {
    checkArguments();
    Optional<Subject> subject = build == null ? ofConfig() : Optional.of(ofBuild(build));
    if (subject.isEmpty()) {
      return ExitCode.USAGE;
    }
    BuildPlan plan = subject.get().plan();
    List<StepSpec> steps = step == null ? plan.steps() : List.of(StepChoice.require(plan, step));
    ExplainText text = new ExplainText(plan, subject.get().build(), subject.get().times());
    String between = "";
    for (StepSpec one : steps) {
      shell.out().print(between);
      text.lines(one.index()).forEach(shell.out()::println);
      between = System.lineSeparator();
    }
    shell.out().flush();
    return ExitCode.SUCCESS;
  }

  /** A folder or config in the place of STEP, with nothing after it, is SOURCE. */
  private void checkArguments() {
    if (build != null && (source != null || config != null)) {
      throw new UsageException("--build has a config of its own: leave out SOURCE and --config");
    }
    if (build != null && options.areGiven()) {
      throw new UsageException(
          "--build has run already: leave out --substitutions, --project and --strict");
    }
    boolean looksLikeSource =
        step != null
            && build == null
            && source == null
            && (step.equals("-") || step.contains("/") || step.matches(".*\\.(ya?ml|json)|\\.+"));
    if (looksLikeSource && step != null && (step.equals("-") || Files.exists(shell.path(step)))) {
      source = step;
      step = null;
    }
  }

  private Optional<Subject> ofConfig() {
    String given = source == null ? "." : source;
    ConfigOptions.Chosen choice = options.read(shell, given, config);
    Preparation preparation = options.lookAt(shell, choice);
    for (Problem problem : preparation.problems()) {
      shell.err().println(problem);
    }
    return switch (preparation) {
      case Preparation.Refused _ -> Optional.empty();
      case Preparation.Ready ready ->
          Optional.of(new Subject(ready.plan(), ready.build(), StepTimes.NONE));
    };
  }

  private Subject ofBuild(String given) throws IOException {
    Build record = BuildChoice.record(shell, shell.history(InstantSource.system()), given);
    StepTimes times = StepTimes.of(record);
    if (times.spans().isEmpty()) {
      throw new UsageException("no step of build " + record.getId() + " has ended");
    }
    return new Subject(
        BuildPlan.of(record, new TreeMap<>(record.getSubstitutionsMap())), record, times);
  }
}
