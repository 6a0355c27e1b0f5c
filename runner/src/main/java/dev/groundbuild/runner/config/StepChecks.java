package dev.groundbuild.runner.config;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildStep;
import java.time.Duration;
import java.util.List;

/** What each step must be, looked at alone (spec 1.3 and 1.11). */
final class StepChecks {
  private static final int MOST_STEPS = 300;
  private static final int MOST_ARGS = 100;
  private static final int LONGEST_ARG = 10_000;
  private static final int MOST_ENVS = 100;
  private static final int LONGEST_ENV = 1000;
  private static final int LONGEST_DIR = 1000;
  private static final int HIGHEST_EXIT_CODE = 255;

  private final Build written;
  private final Build build;
  private final Findings findings;

  StepChecks(BuildConfig config, Build build, Findings findings) {
    this.written = config.build();
    this.build = build;
    this.findings = findings;
  }

  void check() {
    if (build.getStepsCount() == 0) {
      findings.missing("steps", "a build needs at least one step; add one that names an image");
    }
    if (build.getStepsCount() > MOST_STEPS) {
      findings.refuse(
          "steps[" + MOST_STEPS + "]",
          Wording.tooMany(build.getStepsCount(), "steps", MOST_STEPS) + "; split the build in two");
    }
    for (int i = 0; i < build.getStepsCount(); i++) {
      BuildStep step = build.getSteps(i);
      String path = "steps[" + i + "]";
      checkName(step, written.getSteps(i).getName(), path + ".name");
      checkArgs(step, i, path + ".args");
      checkEnv(step.getEnvList(), path + ".env");
      checkDir(step, path + ".dir");
      checkScript(step, path + ".script");
      checkTimeout(step, path + ".timeout");
      checkExitCodes(step, path + ".allowExitCodes");
    }
    checkEnv(build.getOptions().getEnvList(), "options.env");
  }

  private void checkName(BuildStep step, String writtenName, String path) {
    if (writtenName.isEmpty() && step.getName().isEmpty()) {
      findings.missing(path, "a step needs a name: the image that it runs");
      return;
    }
    ImageNames.fault("build step", writtenName, step.getName())
        .ifPresent(fault -> findings.refuse(path, fault));
  }

  /** Cloud Build: at most 100 args, each of at most 10,000 characters after substitution. */
  private void checkArgs(BuildStep step, int index, String path) {
    if (step.getArgsCount() > MOST_ARGS) {
      findings.refuse(
          path + "[" + MOST_ARGS + "]",
          Wording.tooMany(step.getArgsCount(), "args", MOST_ARGS)
              + "; put some of them into a file or a script");
    }
    for (int j = 0; j < step.getArgsCount(); j++) {
      int length = Wording.characters(step.getArgs(j));
      if (length > LONGEST_ARG) {
        findings.refuse(
            path + "[" + j + "]",
            ("invalid .steps field: build step %d arg %d too long (max: %d); it has %d characters"
                    + " after substitution: use script, or put it into a file")
                .formatted(index, j, LONGEST_ARG, length));
      }
    }
  }

  private void checkEnv(List<String> env, String path) {
    if (env.size() > MOST_ENVS) {
      findings.refuse(
          path + "[" + MOST_ENVS + "]", Wording.tooMany(env.size(), "variables", MOST_ENVS));
    }
    for (int j = 0; j < env.size(); j++) {
      String entry = env.get(j);
      int length = Wording.characters(entry);
      if (length > LONGEST_ENV) {
        findings.refuse(
            path + "[" + j + "]", Wording.tooLong("variable", length, LONGEST_ENV, "characters"));
      }
      if (entry.indexOf('=') <= 0) {
        findings.refuse(
            path + "[" + j + "]",
            "variable " + Wording.quote(entry) + " must have the form KEY=VALUE");
      }
    }
  }

  private void checkDir(BuildStep step, String path) {
    int length = Wording.characters(step.getDir());
    if (length > LONGEST_DIR) {
      findings.refuse(path, Wording.tooLong("dir", length, LONGEST_DIR, "characters"));
    }
  }

  private void checkScript(BuildStep step, String path) {
    if (step.getScript().isEmpty()) {
      return;
    }
    if (step.getArgsCount() > 0) {
      findings.refuse(path, "script cannot be combined with args; keep one of the two");
    }
    if (!step.getEntrypoint().isEmpty()) {
      findings.refuse(
          path,
          "script cannot be combined with entrypoint; begin the script with #!%s instead"
              .formatted(
                  step.getEntrypoint().startsWith("/")
                      ? step.getEntrypoint()
                      : "/usr/bin/env " + step.getEntrypoint()));
    }
  }

  private void checkTimeout(BuildStep step, String path) {
    if (!step.hasTimeout()) {
      return;
    }
    Duration own = Wording.duration(step.getTimeout());
    Duration builds = Wording.duration(BuildDefaults.timeout(build));
    if (own.isNegative()) {
      findings.refuse(path, "timeout must not be negative: " + Wording.duration(own));
    } else if (own.compareTo(builds) > 0) {
      findings.refuse(
          path,
          ("invalid value for 'build.%s': value must be less than or equal to build timeout value"
                  + " of \"%s\"%s")
              .formatted(
                  path,
                  Wording.duration(builds),
                  build.hasTimeout() ? "" : ", the default; give the build a longer timeout"));
    }
  }

  private void checkExitCodes(BuildStep step, String path) {
    for (int j = 0; j < step.getAllowExitCodesCount(); j++) {
      int code = step.getAllowExitCodes(j);
      if (code < 0 || code > HIGHEST_EXIT_CODE) {
        findings.refuse(path + "[" + j + "]", "exit code " + code + " is not within 0 and 255");
      }
    }
  }
}
