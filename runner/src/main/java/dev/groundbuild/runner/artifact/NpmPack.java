package dev.groundbuild.runner.artifact;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Packs a folder as {@code npm pack} does: what {@code files} of package.json names, or else all
 * but what .npmignore (without one, .gitignore) names; package.json, the read-me, the licence and
 * the main file always.
 */
final class NpmPack {
  private static final Set<String> NEVER =
      Set.of(
          ".git",
          ".svn",
          ".hg",
          "CVS",
          "node_modules",
          ".npmrc",
          ".DS_Store",
          "package-lock.json",
          ".npmignore",
          ".gitignore");

  /** What npm writes for every file. */
  private static final long OCTOBER_1985 = 499162500000L;

  private NpmPack() {}

  /**
   * Whether a file can be in a package at all, or decides what is.
   *
   * @param path within the package's folder
   */
  static boolean mayHold(String path) {
    for (String part : path.split("/", -1)) {
      if (NEVER.contains(part) && !part.endsWith("ignore")) {
        return false;
      }
    }
    return true;
  }

  static void pack(Path folder, JsonObject description, Path target) throws IOException {
    try (OutputStream file = Files.newOutputStream(target);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(file))) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Path each : files(folder, description)) {
        TarArchiveEntry entry = new TarArchiveEntry("package/" + folder.relativize(each));
        entry.setSize(Files.size(each));
        entry.setMode(Files.isExecutable(each) ? 0755 : 0644);
        entry.setModTime(OCTOBER_1985);
        tar.putArchiveEntry(entry);
        Files.copy(each, tar);
        tar.closeArchiveEntry();
      }
    }
  }

  private static List<Path> files(Path folder, JsonObject description) throws IOException {
    Rules only = new Rules();
    if (description.get("files") instanceof JsonArray list) {
      for (JsonElement element : list) {
        only.add(element.getAsString());
      }
    }
    Rules not = new Rules();
    if (only.rules.isEmpty()) {
      Path npm = folder.resolve(".npmignore");
      Path ignore = Files.exists(npm) ? npm : folder.resolve(".gitignore");
      if (Files.exists(ignore)) {
        Files.readAllLines(ignore).forEach(not::add);
      }
    }
    String main =
        description.has("main")
            ? description.get("main").getAsString().replaceFirst("^\\./", "")
            : "";
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> {
            String path = folder.relativize(file).toString();
            return isAlways(path)
                || path.equals(main)
                || (isPossible(path) && (only.rules.isEmpty() ? !not.name(path) : only.name(path)));
          })
          .sorted()
          .toList();
    }
  }

  private static boolean isAlways(String path) {
    String name = path.toLowerCase(Locale.ROOT);
    return name.equals("package.json") || name.matches("(readme|licen[cs]e)(\\.[^/]*)?");
  }

  private static boolean isPossible(String path) {
    return Stream.of(path.split("/", -1)).noneMatch(NEVER::contains);
  }

  /** Lines of an ignore file; the last that names a file decides. */
  private static final class Rules {
    private final List<Rule> rules = new ArrayList<>();

    private record Rule(Glob glob, Glob below, boolean negated) {}

    void add(String line) {
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        return;
      }
      boolean negated = text.startsWith("!");
      String path = (negated ? text.substring(1) : text).replaceFirst("^\\./", "");
      path = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
      boolean anchored = path.contains("/");
      path = path.startsWith("/") ? path.substring(1) : path;
      String anywhere = anchored || path.startsWith("**") ? path : "**/" + path;
      rules.add(new Rule(Glob.of(anywhere), Glob.of(anywhere + "/**"), negated));
    }

    boolean name(String path) {
      for (int i = rules.size() - 1; i >= 0; i--) {
        Rule rule = rules.get(i);
        if (rule.glob.matches(path) || rule.below.matches(path)) {
          return !rule.negated;
        }
      }
      return false;
    }
  }
}
