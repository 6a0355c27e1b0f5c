package dev.groundbuild.runner.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that decide how a build is run and shown, whatever it is. */
final class RunOptions {
  @Mixin LaunchOptions launching = new LaunchOptions();

  @Option(
      names = "--dryrun",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "Print the docker command of each step instead of running it.")
  boolean dryrun;

  @Option(
      names = "--no-privileged",
      description =
          "Give steps the engine's default rights instead of --privileged, which they have in the cloud.")
  boolean noPrivileged;
}
