package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.Preparation;
import dev.groundbuild.runner.config.BuildConfig;
import dev.groundbuild.runner.config.BuiltIns;
import dev.groundbuild.runner.config.ConfigFile;
import dev.groundbuild.runner.config.Door;
import dev.groundbuild.runner.config.SubstitutionFlag;
import dev.groundbuild.runner.source.BuildSource;
import dev.groundbuild.runner.source.IgnoreChoice;
import dev.groundbuild.runner.source.SourceArgument;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that decide what a build config means. */
final class ConfigOptions {
  @Option(
      names = "--substitutions",
      paramLabel = "_KEY=VALUE[,...]",
      description = {
        "Values for substitutions; they win over those of the config. May be given more than once.",
        "For values with commas name another delimiter first: ^;^_A=x,y;_B=z"
      })
  private List<String> substitutions = new ArrayList<>();

  @Option(
      names = "--project",
      paramLabel = "ID",
      description =
          "Value of $PROJECT_ID. Default: GOOGLE_CLOUD_PROJECT, then gcloud's active configuration, then local-project.")
  private @Nullable String project;

  @Option(
      names = "--strict",
      paramLabel = "DOOR",
      description = {
        "Accept only what one of Cloud Build's ways in accepts: submit (gcloud builds submit) or trigger",
        "(the file that a trigger reads). Default: what either accepts, with a warning."
      })
  private @Nullable Strict strict;

  enum Strict {
    submit,
    trigger
  }

  /** A config, and the folder that is its source. */
  record Chosen(BuildConfig config, Path folder) {}

  Door door() {
    return strict == null ? Door.UNION : Door.valueOf(strict.name().toUpperCase(Locale.ROOT));
  }

  /**
   * Reads a config.
   *
   * @param given a file, a folder, or {@code -}, as the user wrote it
   */
  Chosen read(Shell shell, String given) {
    return read(shell, given, door());
  }

  /**
   * Reads a config of a build that is only looked at.
   *
   * @param source what is built: a folder or archive, or else the config itself
   * @param config if it is not in SOURCE; then built-in substitutions are still those of SOURCE
   */
  Chosen read(Shell shell, String source, @Nullable String config) {
    if (config == null) {
      return read(shell, source);
    }
    Path folder =
        switch (SourceArgument.parse(source, "", shell.folder(), new IgnoreChoice.Off())) {
          case BuildSource.Folder(Path path, _) -> path;
          case BuildSource.None _, BuildSource.Archive _ -> shell.folder();
          case BuildSource.Git _ ->
              throw new UsageException(
                  source + ": git sources are fetched by groundbuild run only; give a folder");
        };
    return new Chosen(read(shell, config).config(), folder);
  }

  /** Whether the user has said anything about the config's meaning. */
  boolean areGiven() {
    return !substitutions.isEmpty() || project != null || strict != null;
  }

  static Chosen read(Shell shell, String given, Door door) {
    ConfigFile.Loaded loaded = ConfigFile.load(shell.shown(given), shell.in(), door);
    Path path = given.equals(ConfigFile.STDIN) ? shell.folder() : shell.path(given);
    Path folder =
        Files.isDirectory(path) ? path : Optional.ofNullable(path.getParent()).orElse(path);
    return new Chosen(loaded.config(), folder);
  }

  /** Values of built-in substitutions for a build that will run. */
  Map<String, String> builtIns(Shell shell, SourceOptions.Chosen source, String buildId) {
    Map<String, String> builtIns = new TreeMap<>(builtIns(shell, source.folder(), buildId));
    builtIns.putAll(source.fromGit());
    return builtIns;
  }

  /** What the user gave for substitutions. */
  Map<String, String> overrides() {
    return SubstitutionFlag.parse(substitutions);
  }

  /** Prepares a build that is only looked at. */
  Preparation lookAt(Shell shell, Chosen chosen) {
    String buildId = UUID.randomUUID().toString();
    return Preparation.toLookAt(
        chosen.config(),
        builtIns(shell, chosen.folder(), buildId),
        SubstitutionFlag.parse(substitutions),
        door());
  }

  private Map<String, String> builtIns(Shell shell, Path folder, String buildId) {
    return BuiltIns.of(Optional.ofNullable(project), shell.env(), folder, buildId).values();
  }
}
