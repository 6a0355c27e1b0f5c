package dev.groundbuild.runner.cli;

import dev.groundbuild.runner.SourceException;
import dev.groundbuild.runner.config.RepoListFile;
import dev.groundbuild.runner.source.BuildSource;
import dev.groundbuild.runner.source.IgnoreChoice;
import dev.groundbuild.runner.source.RepoTarget;
import dev.groundbuild.runner.source.SourceArgument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which repositories the user means. */
final class RepoChoice {
  private static final String USUAL = "repos.yaml";

  private final Shell shell;

  RepoChoice(Shell shell) {
    this.shell = shell;
  }

  /**
   * @param file of the list, if one was given
   * @throws UsageException when there is nothing to sync, or the list is wrong
   */
  List<RepoTarget> targets(@Nullable String file, List<String> dirs) throws IOException {
    if (file == null && !Files.exists(shell.path(USUAL))) {
      return found(dirs.isEmpty() ? List.of(".") : dirs);
    }
    String list = file == null ? USUAL : file;
    List<RepoTarget> all = listed(list);
    return dirs.isEmpty() ? all : chosen(list, all, dirs);
  }

  private List<RepoTarget> listed(String file) {
    String name = file.equals("-") ? "<stdin>" : shell.shown(file);
    Path folder =
        file.equals("-") ? shell.folder() : shell.path(file).resolveSibling(".").normalize();
    RepoListFile.Listed listed = RepoListFile.read(name, shell.read(file));
    List<String> problems = listed.problems().stream().map(Object::toString).toList();
    List<RepoTarget> targets = new ArrayList<>();
    if (problems.isEmpty()) {
      problems = new ArrayList<>();
      Map<Path, RepoTarget> known = new HashMap<>();
      for (RepoListFile.Entry entry : listed.entries()) {
        try {
          RepoTarget target = target(entry, folder);
          if (known.put(target.folder(), target) != null) {
            throw new UsageException("a second repository for the folder " + target.name());
          }
          targets.add(target);
        } catch (UsageException | SourceException e) {
          problems.add(entry.position() + ": " + e.getMessage());
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new UsageException(String.join("\n", problems));
    }
    return targets;
  }

  private static RepoTarget target(RepoListFile.Entry entry, Path folder) {
    // the git+ says that this is never a folder or an archive
    String address = entry.url().startsWith("git+") ? entry.url() : "git+" + entry.url();
    BuildSource source =
        SourceArgument.parse(address, entry.branch(), folder, new IgnoreChoice.Off());
    if (!(source instanceof BuildSource.Git git)) {
      throw new UsageException(entry.url() + ": not a git address");
    }
    String dir = entry.dir().isEmpty() ? lastPart(git.url()) : entry.dir();
    try {
      return new RepoTarget(dir, folder.resolve(dir).normalize(), Optional.of(git));
    } catch (InvalidPathException e) {
      throw new UsageException("\"" + dir + "\" is no path: " + e.getReason());
    }
  }

  private static String lastPart(String url) {
    String path = url.replaceFirst("/+$", "").replaceFirst("\\.git$", "").replaceFirst("/+$", "");
    String last = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf(':')) + 1);
    if (last.isEmpty() || last.startsWith(".")) {
      throw new UsageException(url + ": the address ends in no folder's name; give dir");
    }
    return last;
  }

  private List<RepoTarget> chosen(String list, List<RepoTarget> all, List<String> dirs) {
    List<Path> wanted = dirs.stream().map(shell::path).toList();
    for (int i = 0; i < dirs.size(); i++) {
      Path one = wanted.get(i);
      if (all.stream().noneMatch(t -> t.folder().equals(one))) {
        throw new UsageException(
            "%s is not in %s, which has %s"
                .formatted(
                    dirs.get(i),
                    list,
                    all.stream().map(RepoTarget::name).collect(Collectors.joining(", "))));
      }
    }
    return all.stream().filter(t -> wanted.contains(t.folder())).toList();
  }

  private List<RepoTarget> found(List<String> dirs) throws IOException {
    List<RepoTarget> targets = new ArrayList<>();
    for (String dir : dirs) {
      Path folder = shell.path(dir);
      if (isRepository(folder)) {
        targets.add(new RepoTarget(shell.relative(folder), folder, Optional.empty()));
        continue;
      }
      List<Path> below = below(folder);
      if (below.isEmpty()) {
        throw new UsageException(
            dir + ": no repository, and none directly below; write " + USUAL + " (see --help)");
      }
      below.forEach(f -> targets.add(new RepoTarget(shell.relative(f), f, Optional.empty())));
    }
    return targets;
  }

  private static List<Path> below(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(RepoChoice::isRepository).sorted().toList();
    }
  }

  private static boolean isRepository(Path folder) {
    return Files.exists(folder.resolve(".git"));
  }
}
