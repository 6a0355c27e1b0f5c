package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.config.BuiltIns;
import dev.groundbuild.runner.pubsub.PubsubClient;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which project of which Pub/Sub a command talks to. */
final class PubsubClientOptions {
  static final String ADDRESS = "127.0.0.1:8085";

  @Option(
      names = "--project",
      paramLabel = "ID",
      description = "The project of names that are not full. Default: as for groundbuild run.")
  private @Nullable String project;

  PubsubClient open(Map<String, String> env) {
    String given = env.getOrDefault("PUBSUB_EMULATOR_HOST", "").strip();
    return PubsubClient.open(given.isEmpty() ? ADDRESS : given, project(project, env));
  }

  /** The project that a build would have. */
  static String project(@Nullable String flag, Map<String, String> env) {
    // The root is no checkout, which would take time to read and says nothing about the project.
    return BuiltIns.of(Optional.ofNullable(flag), env, Path.of("/"), "")
        .values()
        .getOrDefault("PROJECT_ID", BuiltIns.NO_PROJECT);
  }
}
