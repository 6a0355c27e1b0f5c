package dev.groundbuild.runner.source;

import dev.groundbuild.runner.SourceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which files of a folder are left out. Cloud Build: only the file at the top of the folder counts,
 * in the syntax of .gitignore, with {@code #!include:NAME} for the rules of a file beside it; an
 * include within an included file is not followed. What lies below a folder that is left out can't
 * be brought back.
 *
 * @param origin where the rules come from, for a person; empty when nothing is left out
 */
record IgnoreRules(String origin, List<IgnorePattern> patterns) {
  private static final String GCLOUD = ".gcloudignore";
  private static final String GIT = ".gitignore";
  private static final String DEFAULT = "gcloud's default rules";

  static final IgnoreRules NONE = new IgnoreRules("", List.of());

  IgnoreRules {
    patterns = List.copyOf(patterns);
  }

  static IgnoreRules of(Path folder, IgnoreChoice choice) {
    return switch (choice) {
      case IgnoreChoice.Off() -> NONE;
      case IgnoreChoice.FromFile(String name) ->
          read(folder.resolve(name))
              .orElseThrow(() ->
                  SourceException.usage(folder.resolve(name) + ": the ignore file does not exist"));
      case IgnoreChoice.GcloudRules() ->
          read(folder.resolve(GCLOUD)).orElseGet(() -> gcloudDefault(folder));
    };
  }

  boolean ignores(String path, boolean directory) {
    for (int i = patterns.size() - 1; i >= 0; i--) {
      if (patterns.get(i).matches(path, directory)) {
        return !patterns.get(i).negated();
      }
    }
    return false;
  }

  /** Whether these are the rules for a folder without an ignore file of its own. */
  boolean areDefault() {
    return origin.startsWith(DEFAULT);
  }

  /** The rules of a file, or empty if it does not exist. */
  private static Optional<IgnoreRules> read(Path file) {
    return text(file)
        .map(text -> new IgnoreRules(file.getFileName().toString(), parse(file, text, true)));
  }

  private static IgnoreRules gcloudDefault(Path folder) {
    Path gitignore = folder.resolve(GIT);
    boolean rules = Files.exists(gitignore);
    if (!rules && !Files.exists(folder.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
      return NONE;
    }
    String text = GCLOUD + "\n.git\n" + GIT + "\n" + (rules ? "#!include:" + GIT + "\n" : "");
    return new IgnoreRules(
        DEFAULT + (rules ? " and " + GIT : ""), parse(folder.resolve(GCLOUD), text, true));
  }

  private static List<IgnorePattern> parse(Path file, String text, boolean follow) {
    List<IgnorePattern> patterns = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.startsWith("#")) {
        IgnorePattern.parse(line).ifPresent(patterns::add);
        continue;
      }
      String comment = line.substring(1).stripLeading();
      if (follow && comment.startsWith("!include:")) {
        String name = comment.substring("!include:".length()).strip();
        patterns.addAll(included(file, i + 1, name));
      }
    }
    return patterns;
  }

  private static List<IgnorePattern> included(Path file, int line, String name) {
    String place = file + ":" + line + ": ";
    if (name.contains("/")) {
      throw SourceException.usage(
          place + "#!include may only name a file of the same folder, not \"" + name + "\"");
    }
    Path other = file.resolveSibling(name);
    String text =
        text(other)
            .orElseThrow(() ->
                SourceException.usage(
                    place + "#!include names \"" + name + "\", which does not exist"));
    return parse(other, text, false);
  }

  private static Optional<String> text(Path file) {
    try {
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new SourceException(
          SourceException.Kind.USAGE,
          file + ": the ignore file can't be read: " + Failures.reason(e),
          e);
    }
  }
}
