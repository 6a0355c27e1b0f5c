package dev.groundbuild.runner.cli;

import com.google.cloudbuild.v1.Build;
import dev.groundbuild.runner.BuildPlan;
import dev.groundbuild.runner.BuildRequest;
import dev.groundbuild.runner.BuildRequest.WorkspaceSource;
import dev.groundbuild.runner.Preparation;
import dev.groundbuild.runner.Resumption;
import dev.groundbuild.runner.Surroundings;
import dev.groundbuild.runner.status.Attempt;
import dev.groundbuild.runner.status.AttemptJournal;
import dev.groundbuild.runner.status.BuildHistory;
import dev.groundbuild.runner.status.KeptBuild;
import dev.groundbuild.runner.status.KeptRequest;
import dev.groundbuild.steps.Workspace;
import dev.groundbuild.steps.engine.ContainerEngine;
import dev.groundbuild.steps.engine.ContainerSpec.Privileges;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Go on with a build from the steps that failed, in the same workspace, under the same id.",
      "Steps that are done are not run again: their outputs, times and status stay.",
      "The workspace is there if the build ran with --keep-workspace.",
      "The config is the one that the build was started with; --config takes a mended one.",
      "The build's timeout begins anew. What steps started through the Docker socket is gone.",
      "Without BUILD: the last build that did not succeed and has a workspace."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  groundbuild run --keep-workspace || groundbuild resume",
      "  groundbuild resume --config=cloudbuild.yaml   with mended steps",
      "  groundbuild resume 1f0c2a --from=build        with what waits for it",
      "",
      "The workspace is kept again when that fails, too, and removed when it succeeds."
    })
final class ResumeCommand implements Callable<Integer> {
  private final Shell shell;
  private final InstantSource clock = InstantSource.system();

  @Parameters(arity = "0..1", paramLabel = "BUILD", description = BuildChoice.DESCRIPTION)
  private @Nullable String build;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "A build config with the steps that are still to run; those that are done must be as they were.")
  private @Nullable String config;

  @Option(
      names = "--from",
      paramLabel = "STEP",
      description =
          "Run this step (id or number) and all that wait for it; the others count as done.")
  private @Nullable String from;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "STEP",
      description = "Run only these steps; the others count as done.")
  private List<String> only = new ArrayList<>();

  @Mixin private LaunchOptions launching = new LaunchOptions();

  ResumeCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    launching.check(shell);
    if (from != null && !only.isEmpty()) {
      throw new UsageException("--from and --only exclude each other");
    }
    BuildHistory history = shell.history(clock);
    try (ContainerEngine engine = Launch.open(shell, launching, clock)) {
      KeptBuild kept = find(history, engine);
      List<Attempt> attempts = AttemptJournal.read(kept);
      refuse(kept, engine, attempts);
      KeptRequest before = BuildChoice.request(kept);
      EarlierAttempts earlier = new EarlierAttempts(attempts, before);
      Optional<KeptRequest> asked = asked(before, earlier);
      if (asked.isEmpty()) {
        return ExitCode.USAGE;
      }
      String command = "groundbuild resume " + BuildChoice.brief(kept.id());
      Launch launch = new Launch(shell, launching, command, clock).of(kept);
      BuildRequest request = request(kept, asked.get(), earlier, launch);
      Optional<OverlayFile> overlay = OverlayFile.of(kept);
      if (overlay.isPresent()) {
        request = Overlaid.again(overlay.get(), request, asked.get(), launching, clock);
      }
      return launch.again(engine, kept, request, asked.get());
    }
  }

  private KeptBuild find(BuildHistory history, ContainerEngine engine) throws IOException {
    if (build != null) {
      return BuildChoice.find(history, build);
    }
    for (KeptBuild kept : history.list()) {
      if (!kept.running() && mayGoOn(kept) && Workspace.isKept(engine, kept.id())) {
        String source = kept.source().isEmpty() ? "" : " of " + kept.source();
        shell
            .err()
            .println("groundbuild: going on with build " + BuildChoice.brief(kept.id()) + source);
        return kept;
      }
    }
    throw new UsageException(
        "no build that failed has a kept workspace; run with --keep-workspace to have one");
  }

  /** A record that cannot be read stands in the way of no other build. */
  private boolean mayGoOn(KeptBuild kept) {
    try {
      return kept.build().getStatus() != Build.Status.SUCCESS;
    } catch (IOException e) {
      shell.err().println("groundbuild: " + e.getMessage());
      return false;
    }
  }

  private void refuse(KeptBuild kept, ContainerEngine engine, List<Attempt> attempts)
      throws IOException {
    String name = "build " + kept.id();
    if (kept.running()) {
      throw new UsageException(name + " runs at this moment");
    }
    if (!Workspace.isKept(engine, kept.id())) {
      throw new UsageException(
          "the workspace of "
              + name
              + " is not kept (run with --keep-workspace to have it); groundbuild rerun "
              + BuildChoice.brief(kept.id())
              + " begins anew");
    }
    if (attempts.stream().noneMatch(Attempt::ready)) {
      throw new UsageException(
          name
              + " ended before its workspace was filled; groundbuild rerun "
              + BuildChoice.brief(kept.id())
              + " begins anew");
    }
    if (from == null && only.isEmpty() && kept.build().getStatus() == Build.Status.SUCCESS) {
      throw new UsageException(name + " has succeeded; --from=STEP runs steps of it again");
    }
  }

  /** What is to be run: as it was, or by another config. Empty when that config is wrong. */
  private Optional<KeptRequest> asked(KeptRequest before, EarlierAttempts earlier) {
    if (config == null) {
      return Optional.of(before);
    }
    KeptRequest.Words words = before.words();
    ConfigOptions.Chosen chosen = ConfigOptions.read(shell, config, words.door());
    Preparation preparation = words.prepare(chosen.config());
    preparation.problems().forEach(shell.err()::println);
    return switch (preparation) {
      case Preparation.Refused _ -> {
        shell.err().println("groundbuild: the config has errors; nothing was run");
        yield Optional.empty();
      }
      case Preparation.Ready ready -> {
        KeptRequest asked = mended(before, chosen, ready);
        earlier.refuseChanges(plan(asked), rerun(plan(asked)));
        yield Optional.of(asked);
      }
    };
  }

  private static KeptRequest mended(
      KeptRequest before, ConfigOptions.Chosen chosen, Preparation.Ready ready) {
    Build old = before.build();
    Instant created =
        Instant.ofEpochSecond(old.getCreateTime().getSeconds(), old.getCreateTime().getNanos());
    return new KeptRequest(
        before.words().withConfig(chosen.config().build()),
        ready.queued(old.getId(), created),
        ready.substitutions(),
        before.leftOut(),
        before.privileged(),
        before.content(),
        ready.extras());
  }

  private static BuildPlan plan(KeptRequest asked) {
    return BuildPlan.of(asked.build(), asked.substitutions());
  }

  /** The steps that the user wants to be run, whatever became of them; empty for no such wish. */
  private Optional<Set<Integer>> rerun(BuildPlan plan) {
    if (from != null) {
      return Optional.of(StepChoice.from(plan, from));
    }
    if (only.isEmpty()) {
      return Optional.empty();
    }
    Set<Integer> chosen = new TreeSet<>();
    for (int i = 0; i < plan.steps().size(); i++) {
      chosen.add(i);
    }
    chosen.removeAll(StepChoice.allBut(plan, only));
    return Optional.of(chosen);
  }

  private BuildRequest request(
      KeptBuild kept, KeptRequest asked, EarlierAttempts earlier, Launch launch)
      throws IOException {
    BuildPlan plan = plan(asked);
    Resumption resumption = earlier.resumption(plan, rerun(plan));
    earlier.doubts(plan, resumption).forEach(doubt -> shell.err().println("groundbuild: " + doubt));
    WorkspaceSource source =
        switch (asked.content()) {
          case KeptRequest.Content.Bound(Path folder) -> new WorkspaceSource.Bound(folder);
          case KeptRequest.Content.Empty _, KeptRequest.Content.Copied _ ->
              new WorkspaceSource.Empty();
        };
    Build recorded = kept.build();
    Build.Builder now = asked.build().toBuilder().putAllTiming(recorded.getTimingMap());
    if (recorded.hasStartTime()) {
      now.setStartTime(recorded.getStartTime());
    }
    return new BuildRequest(
        now.build(),
        plan,
        source,
        asked.privileged() ? Privileges.PRIVILEGED : Privileges.DEFAULT,
        Optional.empty(),
        launch.trace(),
        launching.keeping(LaunchOptions.When.failure),
        resumption,
        Surroundings.NONE);
  }
}
