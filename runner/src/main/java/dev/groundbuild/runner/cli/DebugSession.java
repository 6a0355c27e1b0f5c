package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.Intervention;
import dev.groundbuild.runner.console.BuildLog;
import dev.groundbuild.steps.KeptStep;
import dev.groundbuild.steps.SecretValues;
import dev.groundbuild.steps.StepOutcome;
import dev.groundbuild.steps.StepShell;
import dev.groundbuild.steps.engine.EngineException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Opens a shell in steps that have ended, and asks what is to become of them.
 *
 * <p>Several steps may end at once, each on its own thread: {@code turn} lets one of them after the
 * other have the terminal, and guards {@code givenUp}.
 */
final class DebugSession implements Intervention {
  private final ShellTerminal terminal;
  private final BuildLog log;
  private final Optional<Integer> chosen;
  private final ReentrantLock turn = new ReentrantLock(true);
  private boolean givenUp;

  /** What the user may answer. */
  private enum Answer {
    RETRY("r", "retry", "run it again, with the workspace as it is now", Decision.RETRY, false),
    SKIP("s", "skip", "count it as done, and go on", Decision.SKIP, true),
    GO_ON("c", "go on", "leave it as it is, forgive a failure, and go on", Decision.FORGIVE, false),
    GIVE_UP("g", "give up", "the build fails", Decision.LEAVE, true),
    BACK("b", "back", "into the shell once more", Decision.LEAVE, false);

    final String key;
    final String name;
    final String words;
    final Decision decision;
    final boolean ofFailures;

    Answer(String key, String name, String words, Decision decision, boolean ofFailures) {
      this.key = key;
      this.name = name;
      this.words = words;
      this.decision = decision;
      this.ofFailures = ofFailures;
    }
  }

  /**
   * @param chosen the step at whose end to stop; empty for every one that ends the build
   */
  DebugSession(ShellTerminal terminal, BuildLog log, Optional<Integer> chosen) {
    this.terminal = terminal;
    this.log = log;
    this.chosen = chosen;
  }

  @Override
  public boolean wants(Ended ended) {
    return chosen.map(step -> step == ended.step().index()).orElse(ended.endsBuild());
  }

  @Override
  public Decision decide(Ended ended) {
    try {
      turn.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Decision.LEAVE;
    }
    if (givenUp) {
      turn.unlock();
      return Decision.LEAVE;
    }
    log.hold();
    try {
      return atTheTerminal(ended);
    } catch (CancellationException e) {
      return Decision.LEAVE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Decision.LEAVE;
    } finally {
      log.release();
      turn.unlock();
    }
  }

  private Decision atTheTerminal(Ended ended) throws InterruptedException {
    terminal.say(ended.step().label() + " " + words(ended.outcome()));
    Optional<KeptStep> kept = Optional.empty();
    try {
      kept =
          Optional.of(
              KeptStep.take(
                  terminal.engine(),
                  ended.step(),
                  ended.site(),
                  ended.container(),
                  Optional.empty()));
      return inShell(kept.get(), ended);
    } catch (EngineException e) {
      terminal.say("no shell: " + e.getMessage());
      return decided(ask(ended, false));
    } finally {
      kept.map(KeptStep::image).ifPresent(this::remove);
    }
  }

  private Decision inShell(KeptStep kept, Ended ended) throws InterruptedException {
    try (StepShell shell =
        StepShell.open(
            terminal.engine(),
            kept,
            StepShell.Surroundings.of(ended.site()),
            askForSecrets(ended.secrets()))) {
      Answer answer = Answer.BACK;
      while (answer == Answer.BACK) {
        terminal.open(kept, shell);
        answer = ask(ended, true);
      }
      return decided(answer);
    }
  }

  /** Somebody may look over the user's shoulder. */
  private SecretValues askForSecrets(SecretValues secrets) throws InterruptedException {
    if (secrets.isEmpty()) {
      return secrets;
    }
    String question =
        "groundbuild: shall the shell have the step's secrets (%s)? [y/N] "
            .formatted(String.join(", ", secrets.names()));
    String said = terminal.terminal().ask(question).orElse("").strip().toLowerCase(Locale.ROOT);
    return said.equals("y") || said.equals("yes") ? secrets : SecretValues.NONE;
  }

  private Decision decided(Answer answer) {
    givenUp |= answer == Answer.GIVE_UP;
    return answer.decision;
  }

  /** The end of the terminal's input is an answer too: nobody is there any more. */
  private Answer ask(Ended ended, boolean back) throws InterruptedException {
    List<Answer> possible =
        Arrays.stream(Answer.values())
            .filter(answer -> answer != Answer.BACK || back)
            .filter(answer -> ended.endsBuild() || !answer.ofFailures)
            .toList();
    StringBuilder question =
        new StringBuilder("groundbuild: what becomes of " + ended.step().label() + "?\n");
    possible.forEach(a -> question.append("  %s  %-8s  %s%n".formatted(a.key, a.name, a.words)));
    question.append(possible.stream().map(a -> a.key).collect(Collectors.joining(" ", "[", "] ")));
    while (true) {
      Optional<String> line = terminal.terminal().ask(question.toString());
      if (line.isEmpty()) {
        return Answer.GIVE_UP;
      }
      String said = line.get().toLowerCase(Locale.ROOT);
      for (Answer answer : possible) {
        if (said.equals(answer.key) || said.equals(answer.name)) {
          return answer;
        }
      }
    }
  }

  /** Also on a thread that was interrupted. */
  private void remove(String image) {
    boolean interrupted = Thread.interrupted();
    try {
      terminal.engine().removeImage(image);
    } catch (EngineException e) {
      terminal.say("an image is left, which the next run removes: " + e.getMessage());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static String words(StepOutcome outcome) {
    return switch (outcome) {
      case StepOutcome.Exited e when e.code() == 0 -> "has succeeded";
      case StepOutcome.Exited e -> "has failed with exit code " + e.code();
      case StepOutcome.TimedOut _ -> "ran out of time";
      case StepOutcome.NotStarted n -> "could not start: " + n.reason();
      case StepOutcome.Cancelled _ -> "was cancelled";
    };
  }
}
