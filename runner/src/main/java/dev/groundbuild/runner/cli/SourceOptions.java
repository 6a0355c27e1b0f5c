package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.BuildRequest;
import dev.groundbuild.runner.BuildRequest.WorkspaceSource;
import dev.groundbuild.runner.config.BuildConfig;
import dev.groundbuild.runner.config.ConfigFile;
import dev.groundbuild.runner.config.ConfigReader;
import dev.groundbuild.runner.source.BuildSource;
import dev.groundbuild.runner.source.IgnoreChoice;
import dev.groundbuild.runner.source.OpenedSource;
import dev.groundbuild.runner.source.SourceArgument;
import dev.groundbuild.runner.source.WorkspaceExport;
import dev.groundbuild.runner.status.KeptRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options that decide what is built. */
final class SourceOptions {
  @Parameters(
      arity = "0..1",
      paramLabel = "SOURCE",
      description = {
        "A folder, a build config (its folder is the source), an archive (.tgz, .tar.gz, .zip) or a git address",
        "(URL#REVISION:DIR). Default: the current folder."
      })
  private @Nullable String source;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The build config, or - for standard input. Default: cloudbuild.yaml, .yml or .json in SOURCE, or a Dockerfile there.")
  private @Nullable String config;

  @Option(
      names = "--revision",
      paramLabel = "REV",
      description = "Branch, tag or commit of a git SOURCE.")
  private String revision = "";

  @Option(
      names = "--no-source",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "Start with an empty /workspace.")
  private boolean noSource;

  @Option(
      names = "--bind-mount-source",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "Mount SOURCE at /workspace instead of copying it: steps change your files.")
  private boolean bindMountSource;

  @Option(
      names = "--write-workspace",
      paramLabel = "DIR",
      description =
          "Copy /workspace to this folder after the last step, whatever became of the build.")
  private @Nullable String writeWorkspace;

  @Option(
      names = "--ignore-file",
      paramLabel = "FILE",
      description = "Read ignore rules from this file of SOURCE instead of .gcloudignore.")
  private @Nullable String ignoreFile;

  @Option(
      names = "--no-ignore",
      description =
          "Send every file of SOURCE. By default what .gcloudignore names stays behind; in a git checkout without one: .git and what .gitignore names.")
  private boolean noIgnore;

  /**
   * What was chosen.
   *
   * @param folder where git is asked for built-in substitutions
   * @param fromGit built-in substitutions that are known of a fetched revision
   */
  record Chosen(
      BuildConfig config,
      Path folder,
      Map<String, String> fromGit,
      WorkspaceSource files,
      Optional<BuildRequest.WorkspaceExport> export,
      OpenedSource opened)
      implements AutoCloseable {
    /** The same, as it is written down. */
    KeptRequest.Content content() {
      return switch (files) {
        case WorkspaceSource.Empty _ -> new KeptRequest.Content.Empty();
        case WorkspaceSource.Bound(Path bound) -> new KeptRequest.Content.Bound(bound);
        case WorkspaceSource.Copied _ -> new KeptRequest.Content.Copied(opened.gitAddress());
      };
    }

    @Override
    public void close() {
      opened.close();
    }
  }

  Chosen choose(Shell shell, ConfigOptions options) {
    if (noSource && (bindMountSource || source != null)) {
      throw new UsageException("--no-source goes with neither SOURCE nor --bind-mount-source");
    }
    String given = source == null ? "." : source;
    if (isConfig(shell, given)) {
      BuildSource what = new BuildSource.Folder(folderOf(shell, given), ignore());
      return open(shell, what, (opened, in) -> config(shell, options, opened, in, given));
    }
    BuildSource what =
        noSource
            ? new BuildSource.None()
            : SourceArgument.parse(given, revision, shell.folder(), ignore());
    return open(shell, what, (opened, in) -> config(shell, options, opened, in, config));
  }

  /** The overlay beside the config that {@link #choose} has read. */
  Optional<OverlayFile> overlay(Shell shell, OverlayOptions options, Chosen chosen) {
    String given = source == null ? "." : source;
    if (config != null) {
      return options.beside(shell, config);
    }
    if (isConfig(shell, given)) {
      return options.beside(shell, given);
    }
    return chosen.opened().folder().isEmpty() && !noSource
        ? options.in(shell, name -> chosen.opened().file(name))
        : options.beside(shell, chosen.folder().toString());
  }

  /** Whether the user says what the files are, be it none. */
  boolean isChosen() {
    return source != null || noSource;
  }

  /** The same for a build that is known already; without SOURCE it has no files. */
  Chosen choose(Shell shell, BuildConfig known) {
    if (source == null && bindMountSource) {
      throw new UsageException("--bind-mount-source needs a folder of this machine as SOURCE");
    }
    noSource |= source == null;
    BuildSource what =
        source == null
            ? new BuildSource.None()
            : SourceArgument.parse(source, revision, shell.folder(), ignore());
    return open(shell, what, (_, _) -> known);
  }

  @Nullable String writeWorkspace() {
    return writeWorkspace;
  }

  /** The folder whose changes are worth another run. */
  BuildSource.Folder watched(Shell shell) {
    String given = source == null ? "." : source;
    if (noSource || bindMountSource) {
      throw new UsageException(
          "--watch needs a folder that is copied: it goes with neither --no-source nor --bind-mount-source");
    }
    if (given.equals(ConfigFile.STDIN) || ConfigFile.STDIN.equals(config)) {
      throw new UsageException("--watch can't read the config from standard input more than once");
    }
    if (isConfig(shell, given)) {
      return new BuildSource.Folder(folderOf(shell, given), ignore());
    }
    if (SourceArgument.parse(given, revision, shell.folder(), ignore())
        instanceof BuildSource.Folder folder) {
      return folder;
    }
    throw new UsageException("--watch needs a folder of this machine as SOURCE");
  }

  /** The files that may hold the config, be it outside of the folder, or left out of the source. */
  Set<Path> watchedConfigs(Shell shell) {
    Path path = shell.path(config != null ? config : source != null ? source : ".");
    return Files.isDirectory(path)
        ? Stream.concat(ConfigFile.NAMES.stream(), Stream.of(OverlayOptions.NAME))
            .map(path::resolve)
            .collect(Collectors.toSet())
        : Set.of(path, path.resolveSibling(OverlayOptions.NAME));
  }

  private static Path folderOf(Shell shell, String config) {
    Path folder = config.equals(ConfigFile.STDIN) ? null : shell.path(config).getParent();
    return folder == null ? shell.folder() : folder;
  }

  /** A config in the place of SOURCE stands for its folder. */
  private boolean isConfig(Shell shell, String given) {
    return config == null
        && (given.equals(ConfigFile.STDIN)
            || (given.matches(".*\\.(ya?ml|json)") && Files.isRegularFile(shell.path(given))));
  }

  private IgnoreChoice ignore() {
    if (noIgnore) {
      return new IgnoreChoice.Off();
    }
    return ignoreFile == null
        ? new IgnoreChoice.GcloudRules()
        : new IgnoreChoice.FromFile(ignoreFile);
  }

  private Chosen open(
      Shell shell, BuildSource what, BiFunction<OpenedSource, Path, BuildConfig> config) {
    FetchProgress progress = new FetchProgress(shell.err());
    OpenedSource opened = SourceFetch.open(shell, what, progress);
    try {
      if (!opened.dir().isEmpty()) {
        throw new UsageException(
            "a folder of a git source (:"
                + opened.dir()
                + ") can't be chosen yet; set dir in the steps");
      }
      if (bindMountSource && !(what instanceof BuildSource.Folder)) {
        throw new UsageException("--bind-mount-source needs a folder of this machine as SOURCE");
      }
      Path folder = opened.folder().orElse(shell.folder());
      return new Chosen(
          config.apply(opened, folder),
          folder,
          fromGit(opened),
          files(opened, folder, progress),
          export(shell, progress),
          opened);
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static BuildConfig config(
      Shell shell, ConfigOptions options, OpenedSource opened, Path folder, @Nullable String file) {
    if (file != null) {
      return options.read(shell, file).config();
    }
    if (opened.folder().isEmpty()) {
      for (String name : ConfigFile.NAMES) {
        Optional<byte[]> text = opened.file(name);
        if (text.isPresent()) {
          return ConfigReader.read(name, text.get(), options.door());
        }
      }
    }
    return options.read(shell, shell.relative(folder)).config();
  }

  /** Cloud Build: what a trigger would fill in of the revision that it builds. */
  private static Map<String, String> fromGit(OpenedSource opened) {
    Map<String, String> values = new TreeMap<>();
    opened
        .checkout()
        .ifPresent(git -> {
          git.branch().ifPresent(b -> values.put("BRANCH_NAME", b));
          git.tag().ifPresent(t -> values.put("TAG_NAME", t));
          git.branch().or(git::tag).ifPresent(r -> values.put("REF_NAME", r));
        });
    return values;
  }

  private WorkspaceSource files(OpenedSource opened, Path folder, FetchProgress progress) {
    if (noSource) {
      return new WorkspaceSource.Empty();
    }
    if (bindMountSource) {
      return new WorkspaceSource.Bound(folder.toAbsolutePath());
    }
    return new WorkspaceSource.Copied(say -> {
      progress.sayWith(say);
      return opened.tar();
    });
  }

  private Optional<BuildRequest.WorkspaceExport> export(Shell shell, FetchProgress progress) {
    return Optional.ofNullable(writeWorkspace)
        .map(dir -> tar -> WorkspaceExport.write(tar, shell.path(dir), progress));
  }
}
