package dev.groundbuild.runner.conformance;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One behaviour of Cloud Build, as data.
 *
 * @param section of the spec that it comes from, such as 3.5
 * @param title what holds, as a sentence
 * @param evidence {@code proven} when the spec has evidence, {@code assumed} when it says
 *     unverified
 * @param pending why the product does not do it yet; the case must then fail
 * @param command run, plan or validate
 * @param flags after the command
 * @param env variables of the command line's process
 * @param in standard input
 * @param git makes the source a git checkout: {@code branch}, and optionally {@code remote} and
 *     {@code tag} (then detached)
 * @param config text of cloudbuild.yaml; see {@link Repeated} for long ones
 * @param files other files of the source folder, by path
 */
record ConformanceCase(
    String section,
    String title,
    String evidence,
    Optional<String> pending,
    String command,
    List<String> flags,
    Map<String, String> env,
    String in,
    Map<String, String> git,
    Optional<String> config,
    Map<String, String> files,
    Expected expected) {

  private static final Set<String> KEYS =
      Set.of(
          "section",
          "title",
          "evidence",
          "pending",
          "command",
          "flags",
          "env",
          "in",
          "git",
          "config",
          "files",
          "expect");

  /**
   * What must be seen; what is absent is not looked at. In all texts {@code <id>}, {@code <sha>}
   * and {@code <short>} stand for the build's id and the checkout's commit.
   *
   * @param exit the process's exit code
   * @param status of the build
   * @param steps status of each step, with the exit code after a failure: {@code FAILURE 3}
   * @param log the whole log
   * @param lines whole lines of the log, or of the output of a command that makes none, in this
   *     order; others may stand between them
   * @param never texts that stand nowhere in the log or output
   * @param problems texts of problems, each in a line of its own
   * @param silent that there are no problems at all
   * @param json values in the build's record (run) or the plan (plan), by path such as {@code
   *     steps[0].exitCode}; see {@link JsonPath}
   * @param outputs decoded output of each step
   * @param overlap pairs of steps that ran at the same time
   * @param order pairs of steps of which the first ended before the second began
   * @param same pairs of paths in the JSON with equal values
   * @param source files in the source folder after the build
   * @param workspace files in the workspace after the build; null for one that is not there
   * @param messages what is published, if that is switched on: each as {@code STATUS TOPIC}; the
   *     data of the last is the build's record
   */
  record Expected(
      int exit,
      Optional<String> status,
      List<String> steps,
      Optional<String> log,
      List<String> lines,
      List<String> never,
      List<String> problems,
      boolean silent,
      Map<String, Object> json,
      List<String> outputs,
      List<List<Integer>> overlap,
      List<List<Integer>> order,
      Map<String, String> same,
      Map<String, String> source,
      Map<String, String> workspace,
      List<String> messages) {

    private static final Set<String> KEYS =
        Set.of(
            "exit",
            "status",
            "steps",
            "log",
            "lines",
            "never",
            "problems",
            "silent",
            "json",
            "outputs",
            "overlap",
            "order",
            "same",
            "source",
            "workspace",
            "messages");

    static Expected of(CaseKeys keys) {
      keys.refuseOthersThan(KEYS);
      return new Expected(
          keys.number("exit", 0),
          keys.text("status"),
          keys.list("steps"),
          keys.text("log"),
          keys.list("lines"),
          keys.list("never"),
          keys.list("problems"),
          keys.truth("silent"),
          keys.map("json"),
          keys.list("outputs"),
          keys.pairs("overlap"),
          keys.pairs("order"),
          keys.texts("same"),
          keys.texts("source"),
          keys.texts("workspace"),
          keys.list("messages"));
    }

    /** Whether anything but the exit code is looked at. */
    boolean looksAtSomething() {
      return silent
          || status.isPresent()
          || log.isPresent()
          || !(steps.isEmpty()
              && lines.isEmpty()
              && never.isEmpty()
              && problems.isEmpty()
              && json.isEmpty()
              && outputs.isEmpty()
              && overlap.isEmpty()
              && order.isEmpty()
              && same.isEmpty()
              && source.isEmpty()
              && workspace.isEmpty()
              && messages.isEmpty());
    }
  }

  static ConformanceCase of(CaseKeys keys) {
    keys.refuseOthersThan(KEYS);
    ConformanceCase made =
        new ConformanceCase(
            keys.text("section").orElseThrow(),
            keys.text("title").orElseThrow(),
            keys.text("evidence").orElse("proven"),
            keys.text("pending"),
            keys.text("command").orElse("run"),
            keys.list("flags"),
            keys.texts("env"),
            keys.text("in").orElse(""),
            keys.texts("git"),
            keys.text("config").map(Repeated::expand),
            keys.texts("files"),
            Expected.of(keys.inside("expect")));
    if (!Set.of("proven", "assumed").contains(made.evidence())) {
      throw new IllegalArgumentException(made + ": evidence is proven or assumed");
    }
    if (!Set.of("run", "plan", "validate").contains(made.command())) {
      throw new IllegalArgumentException(made + ": command is run, plan or validate");
    }
    if (!made.expected().looksAtSomething()) {
      throw new IllegalArgumentException(made + ": expects nothing");
    }
    return made;
  }

  @Override
  public String toString() {
    return section + ": " + title;
  }
}
